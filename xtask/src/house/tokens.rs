//! Parts Rust source into the tokens that imports are made of. Comments, texts and numbers are left out.

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    Ident(String),
    /// `::`
    PathSeparator,
    /// Any other character.
    Other(char),
}

impl Token {
    pub fn is_ident(&self, name: &str) -> bool {
        matches!(self, Self::Ident(ident) if ident == name)
    }
}

pub fn of(source: &str) -> Vec<Token> {
    let characters: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let (token, end) = next(&characters, at);
        tokens.extend(token);
        at = end;
    }
    tokens
}

/// The token at a place, if it is one that counts, and where it ends.
fn next(source: &[char], at: usize) -> (Option<Token>, usize) {
    let rest = &source[at..];
    match rest {
        ['/', '/', ..] => (None, end_of_line(source, at)),
        ['/', '*', ..] => (None, end_of_comment(source, at)),
        ['"', ..] => (None, end_of_text(source, at)),
        ['\'', ..] => (None, end_of_character_or_lifetime(source, at)),
        [':', ':', ..] => (Some(Token::PathSeparator), at + 2),
        [first, ..] if first.is_alphanumeric() || *first == '_' => ident_or_literal(source, at),
        [first, ..] if first.is_whitespace() => (None, at + 1),
        [first, ..] => (Some(Token::Other(*first)), at + 1),
        [] => (None, at + 1),
    }
}

fn end_of_line(source: &[char], at: usize) -> usize {
    source[at..].iter().position(|&c| c == '\n').map_or(source.len(), |length| at + length)
}

fn end_of_comment(source: &[char], at: usize) -> usize {
    let (mut depth, mut end) = (1, at + 2);
    while depth > 0 && end < source.len() {
        match source[end..] {
            ['/', '*', ..] => (depth, end) = (depth + 1, end + 2),
            ['*', '/', ..] => (depth, end) = (depth - 1, end + 2),
            _ => end += 1,
        }
    }
    end
}

fn end_of_text(source: &[char], at: usize) -> usize {
    let mut end = at + 1;
    while end < source.len() && source[end] != '"' {
        end += if source[end] == '\\' { 2 } else { 1 };
    }
    end + 1
}

/// `r"..."`, `r#"..."#` and so on, from the first `#` or quotation mark.
fn end_of_raw_text(source: &[char], at: usize) -> usize {
    let hashes = source[at..].iter().take_while(|&&c| c == '#').count();
    let mut closing = vec!['"'];
    closing.resize(hashes + 1, '#');
    let begin = (at + hashes + 1).min(source.len());
    let length = source[begin..].windows(closing.len()).position(|window| window == closing);
    length.map_or(source.len(), |length| begin + length + closing.len())
}

fn end_of_character_or_lifetime(source: &[char], at: usize) -> usize {
    match source[at + 1..] {
        ['\\', _, ..] => {
            let rest = &source[at + 3..];
            rest.iter().position(|&c| c == '\'').map_or(source.len(), |length| at + 4 + length)
        }
        [_, '\'', ..] => at + 3,
        _ => at + 1,
    }
}

fn ident_or_literal(source: &[char], at: usize) -> (Option<Token>, usize) {
    let length = source[at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
    let (word, end) = (source[at..at + length].iter().collect::<String>(), at + length);
    match (&*word, source.get(end), source.get(end + 1)) {
        ("r" | "br" | "cr", Some('"'), _) | ("r" | "br" | "cr", Some('#'), Some('"' | '#')) => {
            (None, end_of_raw_text(source, end))
        }
        ("b" | "c", Some('"'), _) => (None, end_of_text(source, end)),
        ("b", Some('\''), _) => (None, end_of_character_or_lifetime(source, end)),
        _ if source[at].is_numeric() => (None, end),
        _ => (Some(Token::Ident(word)), end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idents(source: &str) -> Vec<String> {
        let ident = |token| if let Token::Ident(name) = token { Some(name) } else { None };
        of(source).into_iter().filter_map(ident).collect()
    }

    #[test]
    fn comments_texts_and_characters_are_left_out() {
        let source = r####"a // crate::x
            /* b /* c */ d */ e "f \" g" r#"h " i"# b"j" c"k" b'l' 'm' '\'' '\u{6e}' n<'o> 12u8 r##"p"# q"## r"####;
        assert_eq!(idents(source), ["a", "e", "n", "o", "r"]);
    }

    #[test]
    fn paths_have_separators() {
        let path =
            [Token::Ident("a".into()), Token::PathSeparator, Token::Ident("b".into()), Token::Other(';')];
        assert_eq!(of("a :: b;"), path);
        assert_eq!(of("x: y")[1], Token::Other(':'));
    }

    #[test]
    fn a_source_that_ends_early_does_no_harm() {
        for source in ["\"", "'", "'\\", "/*", "r#\"", "r#", "b'", "//", ":"] {
            of(source);
        }
    }
}
