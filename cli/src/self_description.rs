//! `lull completions` and `lull man`: what shells and manuals need, made from the options themselves.

use std::io::Write;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::report::print_lines;

/// Prints the completions for a shell.
///
/// # Errors
/// When standard output cannot be written to.
pub fn completions(mut command: Command, shell: Shell) -> Result<(), String> {
    let (name, mut bytes) = (command.get_name().to_owned(), Vec::new());
    clap_complete::generate(shell, &mut command, name, &mut bytes);
    print_lines(&String::from_utf8_lossy(&bytes))
}

/// Prints the page of the program, or of one of its commands.
///
/// # Errors
/// One line, when there is no such command, or standard output cannot be written to.
pub fn man(mut program: Command, name: Option<&str>) -> Result<(), String> {
    program.build();
    let command = match name {
        None => program,
        Some(name) => {
            let found = program.find_subcommand(name).filter(|command| !command.is_hide_set());
            found.cloned().ok_or_else(|| format!("there is no command '{name}'"))?
        }
    };
    let mut bytes = Vec::new();
    Man::new(command).render(&mut bytes).and_then(|()| bytes.flush()).map_err(|error| error.to_string())?;
    print_lines(&String::from_utf8_lossy(&bytes))
}
