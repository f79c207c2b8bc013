//! How a file's text is encoded.

use std::borrow::Cow;

use encoding_rs::GB18030;

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text and the name of its encoding: UTF-8 where it is that, strictly, else GB18030.
pub(super) fn decode(bytes: &[u8]) -> Option<(Cow<'_, str>, &'static str)> {
    let (plain, name) = match bytes.strip_prefix(UTF8_MARK) {
        Some(rest) => (rest, "UTF-8 with byte-order mark"),
        None => (bytes, "UTF-8"),
    };
    if let Ok(text) = std::str::from_utf8(plain) {
        return Some((text.into(), name));
    }
    let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some((text, "GB18030"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let text = "机构,村卫生室";
        let (marked, chinese) = (
            [UTF8_MARK, text.as_bytes()].concat(),
            GB18030.encode(text).0,
        );
        for (bytes, name) in [
            (text.as_bytes(), "UTF-8"),
            (&marked, "UTF-8 with byte-order mark"),
            (&chinese, "GB18030"),
        ] {
            assert_eq!(decode(bytes), Some((text.into(), name)));
        }
        assert_eq!(decode(b"\xff\xfe\x61\x00"), None);
    }
}
