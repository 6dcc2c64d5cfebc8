//! Which file of a package imports from which: `use` and other paths that lead to a module of the same package.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{self, Token};

/// Names of the modules from the package's root to a module.
type ModulePath = Vec<String>;

/// The files of one package by their modules' paths.
pub struct Package<'a> {
    files: BTreeMap<ModulePath, &'a str>,
}

/// Imports by file: from each module to those that it uses.
pub type Graph = BTreeMap<ModulePath, BTreeSet<ModulePath>>;

impl<'a> Package<'a> {
    /// `sources` are paths below the package's `src` folder, with their text. Programs beside a library are packages
    /// of their own, as far as imports go, and are left out.
    pub fn new(sources: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Self {
        let has_library = sources.clone().any(|(path, _)| path == "lib.rs");
        let is_part =
            |path: &str| !path.starts_with("bin/") && path != if has_library { "main.rs" } else { "lib.rs" };
        let files = sources.filter(|(path, _)| is_part(path)).map(|(path, text)| (module_path(path), text));
        Self { files: files.collect() }
    }

    pub fn graph(&self) -> Graph {
        self.files.iter().map(|(module, text)| (module.clone(), self.imports(module, text))).collect()
    }

    fn imports(&self, module: &ModulePath, text: &str) -> BTreeSet<ModulePath> {
        let paths = Paths::of(&without_tests(&tokens::of(text)));
        let mut found = BTreeSet::new();
        // A module that was imported by name begins paths as well.
        let mut names = BTreeMap::new();
        for (inline, path) in &paths.imported {
            if let Some(target) = self.resolve(module, *inline, path, &BTreeMap::new()) {
                if let Some(name) = path.last().filter(|name| target.last() == Some(name)) {
                    names.insert(name.clone(), target.clone());
                }
                found.insert(target);
            }
        }
        for (inline, path) in &paths.mentioned {
            found.extend(self.resolve(module, *inline, path, &names));
        }
        found.remove(module);
        found
    }

    /// The file that a path leads to. `inline` is the number of modules in braces around the path.
    fn resolve(
        &self,
        module: &ModulePath,
        inline: usize,
        path: &[String],
        names: &BTreeMap<String, ModulePath>,
    ) -> Option<ModulePath> {
        let mut rest = path.iter().map(String::as_str).peekable();
        let mut base = module.clone();
        // Inline modules stand at the end of the base without being files.
        base.extend(std::iter::repeat_n(String::new(), inline));
        match *rest.peek()? {
            "crate" => {
                base.clear();
                rest.next();
            }
            "self" => {
                rest.next();
            }
            "super" => {
                while rest.next_if(|&name| name == "super").is_some() {
                    base.pop()?;
                }
            }
            name => {
                let child = [&module[..], &[name.to_owned()]].concat();
                base = if self.files.contains_key(&child) { child } else { names.get(name)?.clone() };
                rest.next();
            }
        }
        base.extend(rest.map(str::to_owned));
        (0..=base.len())
            .rev()
            .map(|length| base[..length].to_vec())
            .find(|path| self.files.contains_key(path))
    }
}

/// `a/b.rs` and `a/b/mod.rs` are the module a::b.
fn module_path(path: &str) -> ModulePath {
    let path = path.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if ["lib", "main"].contains(&path) { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

/// Drops `#[cfg(test)] mod name { ... }`: tests may look at anything.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let attribute = tokens::of("#[cfg(test)]");
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].starts_with(&attribute)
            && let Some(end) = end_of_module(tokens, at + attribute.len())
        {
            at = end;
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// The end of a module in braces that begins at a place, if one does.
fn end_of_module(tokens: &[Token], at: usize) -> Option<usize> {
    let open = at + tokens[at..].iter().position(|token| matches!(token, Token::Other('{' | ';')))?;
    if tokens[open] != Token::Other('{') || !tokens[at..open].iter().any(|token| token.is_ident("mod")) {
        return None;
    }
    let mut depth = 0;
    let closes = |token: &Token| {
        match token {
            Token::Other('{') => depth += 1,
            Token::Other('}') => depth -= 1,
            _ => {}
        }
        depth == 0
    };
    Some(open + tokens[open..].iter().position(closes)? + 1)
}

/// The paths in a file, each with the number of modules in braces around it.
#[derive(Default)]
struct Paths {
    imported: Vec<(usize, Vec<String>)>,
    mentioned: Vec<(usize, Vec<String>)>,
}

impl Paths {
    fn of(tokens: &[Token]) -> Self {
        let mut paths = Self::default();
        // For each open brace, whether it is a module's.
        let mut braces = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let inline = braces.iter().filter(|&&is_module| is_module).count();
            match &tokens[at] {
                Token::Ident(word) if word == "use" => {
                    let end = tokens[at..].iter().position(|token| *token == Token::Other(';'));
                    let end = end.map_or(tokens.len(), |length| at + length);
                    use_tree(&tokens[at + 1..end], &[], &mut |path| paths.imported.push((inline, path)));
                    at = end;
                }
                Token::Ident(_) => {
                    let (path, end) = path_at(tokens, at);
                    if path.len() > 1 {
                        paths.mentioned.push((inline, path));
                    }
                    at = end;
                }
                Token::Other('{') => {
                    braces.push(at >= 2 && tokens[at - 2].is_ident("mod"));
                    at += 1;
                }
                Token::Other('}') => {
                    braces.pop();
                    at += 1;
                }
                _ => at += 1,
            }
        }
        paths
    }
}

/// The names that separators join from a place on, and where they end.
fn path_at(tokens: &[Token], at: usize) -> (Vec<String>, usize) {
    let (mut path, mut end) = (Vec::new(), at);
    while let Some(Token::Ident(name)) = tokens.get(end) {
        path.push(name.clone());
        end += 1;
        if tokens.get(end) != Some(&Token::PathSeparator) {
            break;
        }
        end += 1;
    }
    (path, end.max(at + 1))
}

/// Calls `see` with each path of a `use`, without its `use` and semicolon.
fn use_tree(tokens: &[Token], before: &[String], see: &mut impl FnMut(Vec<String>)) {
    let (path, end) = path_at(tokens, 0);
    let path = [before, &path].concat();
    match tokens.get(if path.len() == before.len() { 0 } else { end }) {
        Some(Token::Other('{')) => {
            let open = if path.len() == before.len() { 0 } else { end };
            for branch in branches(&tokens[open + 1..tokens.len().saturating_sub(1)]) {
                use_tree(branch, &path, see);
            }
        }
        // `a::{self}` is a.
        _ if path.len() > 1 && path.last().is_some_and(|name| name == "self") => {
            see(path[..path.len() - 1].to_vec());
        }
        _ => see(path),
    }
}

/// The parts between the commas that are in no inner braces.
fn branches(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0;
    let is_end = |token: &Token| {
        match token {
            Token::Other('{') => depth += 1,
            Token::Other('}') => depth -= 1,
            _ => {}
        }
        depth == 0 && *token == Token::Other(',')
    };
    tokens.split(is_end).filter(|branch| !branch.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The imports of a file of a small package, as text.
    fn imports(file: &str, text: &str) -> Vec<String> {
        let others = ["lib.rs", "a.rs", "a/b.rs", "a/c.rs", "d/mod.rs", "main.rs", "bin/e.rs"];
        let sources: Vec<_> =
            others.iter().map(|&path| (path, if path == file { text } else { "" })).collect();
        let graph = Package::new(sources.into_iter()).graph();
        graph[&module_path(file)].iter().map(|path| format!("/{}", path.join("/"))).collect()
    }

    #[test]
    fn every_form_of_import_is_seen() {
        assert_eq!(imports("a.rs", "use crate::d;"), ["/d"]);
        assert_eq!(imports("a.rs", "pub(crate) use crate::{d::{self, X as Y}, Z};"), ["/", "/d"]);
        assert_eq!(imports("a.rs", "mod b; pub use b::*;"), ["/a/b"]);
        assert_eq!(
            imports("a/b.rs", "use super::{X, c::Y}; fn f() { super::super::d::g() }"),
            ["/a", "/a/c", "/d"]
        );
        assert_eq!(imports("a/b.rs", "fn f() -> crate::a::c::T { c::new() }"), ["/a/c"]);
        assert_eq!(imports("a/b.rs", "use crate::a; fn f() { a::c::g() }"), ["/a", "/a/c"]);
        assert_eq!(imports("lib.rs", "mod a; const T: [u8; 1] = [a::b::X];"), ["/a/b"]);
    }

    #[test]
    fn what_is_no_import_is_not() {
        assert!(imports("lib.rs", "mod a; mod d;").is_empty());
        assert!(imports("a.rs", "use std::fs; use other::d::X; // crate::d").is_empty());
        assert!(imports("a.rs", "mod inner { use super::X; }").is_empty());
        assert!(imports("a.rs", "#[cfg(test)] mod tests { use crate::d::X; fn f() { {} } }").is_empty());
        assert_eq!(imports("a.rs", "#[cfg(test)] mod t { } use crate::d;"), ["/d"]);
    }
}
