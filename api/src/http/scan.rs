//! A first look at a document's text, before any parser sees it: how many tokens, how deep the brackets.
//!
//! Parsers recurse with the brackets and allocate with the tokens; after this look neither can hurt.

/// What the text amounts to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    /// Names, numbers, strings and punctuators.
    pub tokens: usize,
    /// The deepest nesting of brackets of all kinds.
    pub nesting: usize,
}

/// Looks at the text. What is not GraphQL is counted somehow; the parser will refuse it.
pub(super) fn extent(text: &str) -> Extent {
    let bytes = text.as_bytes();
    let mut extent = Extent::default();
    let (mut at, mut open) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        at = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' | 0xEF | 0xBB | 0xBF => at + 1,
            b'#' => end_of_line(bytes, at),
            b'"' => {
                extent.tokens += 1;
                end_of_string(bytes, at)
            }
            b'{' | b'[' | b'(' => {
                extent.tokens += 1;
                open += 1;
                extent.nesting = extent.nesting.max(open);
                at + 1
            }
            b'}' | b']' | b')' => {
                extent.tokens += 1;
                open = open.saturating_sub(1);
                at + 1
            }
            byte if is_word(*byte) => {
                extent.tokens += 1;
                end_of_word(bytes, at)
            }
            _ => {
                extent.tokens += 1;
                at + 1
            }
        };
    }
    extent
}

/// How many values a JSON text has, about: one more than it has commas and brackets outside of its strings.
pub(super) fn values(json: &[u8]) -> usize {
    let (mut values, mut in_string, mut escaped) = (1, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b',' | b'[' | b'{' if !in_string => values += 1,
            _ => {}
        }
    }
    values
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte == b'+'
}

fn end_of_word(bytes: &[u8], from: usize) -> usize {
    let word = bytes[from..]
        .iter()
        .position(|byte| !is_word(*byte) && *byte != b'.');
    from + word.unwrap_or(bytes.len() - from)
}

fn end_of_line(bytes: &[u8], from: usize) -> usize {
    let line = bytes[from..]
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'));
    from + line.unwrap_or(bytes.len() - from)
}

fn end_of_string(bytes: &[u8], from: usize) -> usize {
    const FENCE: &[u8] = b"\"\"\"";
    let block = bytes[from..].starts_with(FENCE);
    let mut at = from + if block { FENCE.len() } else { 1 };
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if block && bytes[at + 1..].starts_with(FENCE) => at += 1 + FENCE.len(),
            b'\\' if !block => at += 2,
            b'"' if !block => return at + 1,
            b'"' if bytes[at..].starts_with(FENCE) => return at + FENCE.len(),
            b'\n' | b'\r' if !block => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_values_outside_of_strings() {
        for (json, expected) in [
            ("1", 1),
            ("[1, 2, 3]", 4),
            (r#"{ "a": ",,[[\",{{" }"#, 2),
            (r#"{ "a": [{}, "\\"], "b": 1 }"#, 6),
        ] {
            assert_eq!(values(json.as_bytes()), expected, "{json}");
        }
    }

    #[test]
    fn counts_tokens_and_nesting() {
        for (text, tokens, nesting) in [
            ("", 0, 0),
            ("{ a }", 3, 1),
            ("{ a(x: [1, 2.5, -3e4]) { b } }", 15, 3),
            ("# { { {\n{ a }", 3, 1),
            (r#"{ a(x: "{{{ \" {{") }"#, 8, 2),
            ("{ a(x: \"\"\"{{{ \\\"\"\" \" {{\"\"\") }", 8, 2),
            ("{ ...F }", 6, 1),
            ("}}}{", 4, 1),
            ("\"open", 1, 0),
            ("\"open\\", 1, 0),
        ] {
            assert_eq!(extent(text), Extent { tokens, nesting }, "{text}");
        }
    }
}
