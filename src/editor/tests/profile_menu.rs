//! Files of profiles, and what the host is told when a profile changes.

use egui_kittest::kittest::Queryable;

use super::stage::{Call, Window, has, play, play_and_learn, window};
use crate::params::ParamView;
use lull_formats::profile_file;

fn open_profile_menu_with(window: &mut Window, name: &str) {
    window.get_by_label("Profile...").click();
    window.run_steps(2);
    window.state_mut().ui.profile_name = name.to_owned();
    window.run_steps(2);
}

#[test]
fn a_profile_is_exported_and_imported_and_a_broken_one_changes_nothing() {
    let mut window = window();
    play_and_learn(&mut window);
    let params = window.state().params.clone();
    let learned = params.profile.profile().unwrap();
    open_profile_menu_with(&mut window, "Room");
    window.get_by_label("Export").click();
    window.run_steps(2);
    assert!(has(&window, "Exported to"));
    let text = window.state().ui.profiles.read("Room").unwrap();
    assert_eq!(profile_file::from_json(&text).unwrap(), learned);

    for (name, text, why) in [
        ("Half", &text[..text.len() / 2], "no noise profile"),
        ("Other", "{\"lull_preset\": 1}", "no noise profile"),
        ("Unit", &text.replace("per hertz", "per octave"), "unit"),
    ] {
        window.state().ui.profiles.write(name, text).unwrap();
        window.run_steps(1);
        window.state_mut().ui.profile_name = name.to_owned();
        window.run_steps(2);
        window.get_by_label("Import").click();
        window.run_steps(3);
        assert!(has(&window, "Not imported") && has(&window, why), "{name}");
        assert_eq!(params.profile.profile().as_ref(), Some(&learned), "{name}");
        window.get_by_label("Profile...").click();
        window.run_steps(2);
    }

    params.profile.set_profile(None);
    window.state_mut().ui.profile_name = "Room".to_owned();
    window.run_steps(2);
    window.get_by_label("Import").click();
    window.run_steps(3);
    play(&mut window, 0.1, 0.1);
    assert!(has(&window, "Imported Room"));
    assert_eq!(window.state().audio.engine().profile(), Some(&learned));
}

#[test]
fn the_host_hears_of_a_profile_that_was_imported_or_undone() {
    let mut window = window();
    play_and_learn(&mut window);
    open_profile_menu_with(&mut window, "Room");
    window.get_by_label("Export").click();
    window.run_steps(2);
    let revision = ParamView::of(&window.state().params.clone().project.profile_revision).pointer();
    let told = |window: &Window| window.state().host.take().contains(&Call::End(revision));
    told(&window);
    window.get_by_label("Import").click();
    window.run_steps(3);
    assert!(told(&window), "import, without a bridge");
    window.get_by_label("Undo learn").click();
    window.run_steps(2);
    assert!(told(&window), "undo, without a bridge");

    window.state().link.connect(Box::new(|| ()));
    window.get_by_label("Redo learn").click();
    window.run_steps(2);
    assert!(!told(&window) && window.state().link.take_project_changed(), "redo, with a bridge");
}
