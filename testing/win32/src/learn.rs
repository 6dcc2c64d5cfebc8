//! Presses Learn with the pointer while noise plays, and has pictures taken.

use std::path::PathBuf;
use std::time::Duration;

use lull_host::{ClapHost, Result};

use crate::parent::Parent;
use crate::player::{self, Player};

/// What Learn has to take away, in dB.
const LEARNED_DB: f64 = 15.0;

#[derive(clap::Args)]
pub struct Learn {
    library: PathBuf,
    /// Bare samples: one channel at 48 kHz, 32 bit floats.
    recording: PathBuf,
    /// Seconds of noise alone at the recording's begin.
    #[arg(long)]
    noise_s: f64,
    /// Centre of the Learn button in points.
    #[arg(long, num_args = 2)]
    at: Vec<u32>,
}

/// # Errors
/// When the press does not arrive, or the noise does not go.
pub fn run(task: &Learn) -> Result<()> {
    let noise = player::read_noise(&task.recording, task.noise_s)?;
    let mut host = ClapHost::load(&task.library)?;
    let learn = host.param("Learn")?;
    let seconds = Duration::from_secs_f64;
    Player::default().play_during(&mut host, &noise, |host, player| {
        let parent = Parent::open(host.editor_size_px()?)?;
        host.open_editor(parent.handle())?;
        parent.pump(host, seconds(3.0));
        let before = player.level_db(1.0);
        parent.press(host, (task.at[0], task.at[1]));
        parent.pump(host, seconds(0.5));
        if host.current(&learn)? != 1.0 {
            return Err(format!("a press at {:?} points does not reach Learn", task.at));
        }
        parent.pump(host, seconds(4.0));
        let after = player.level_db(1.0);
        picture(&parent, host, "learned")?;
        let fell = before - after;
        println!(
            "  noise: {before:.1} dBFS before Learn was pressed, {after:.1} dBFS after: {fell:.1} dB less"
        );
        host.close_editor()?;
        if fell >= LEARNED_DB {
            Ok(())
        } else {
            Err(format!("the noise falls by {fell:.1} dB ({LEARNED_DB} asked)"))
        }
    })
}

/// Asks whoever reads this program's output for a picture, and goes on when it has been taken: then a line comes.
fn picture(parent: &Parent, host: &mut ClapHost, name: &str) -> Result<()> {
    println!("picture {name}");
    let (send, taken) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = send.send(std::io::stdin().read_line(&mut line).map_err(|error| error.to_string()));
    });
    loop {
        parent.pump(host, Duration::from_millis(50));
        match taken.try_recv() {
            Ok(line) => return line.map(|_| ()),
            Err(std::sync::mpsc::TryRecvError::Empty) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
}
