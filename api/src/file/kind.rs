//! What a file is, by its bytes. Pure.

use entity::enums::FileKind;

/// How many of the first bytes tell: DICOM names itself after a preamble of 128.
const HEAD: usize = 132;

/// The media type under which it is given out.
#[must_use]
pub const fn media_type(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Pdf => "application/pdf",
        FileKind::Jpeg => "image/jpeg",
        FileKind::Png => "image/png",
        FileKind::Dicom => "application/dicom",
        FileKind::Text => "text/plain; charset=utf-8",
    }
}

/// The end of its name.
#[must_use]
pub const fn extension(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Pdf => "pdf",
        FileKind::Jpeg => "jpg",
        FileKind::Png => "png",
        FileKind::Dicom => "dcm",
        FileKind::Text => "txt",
    }
}

/// Whether a declared media type (its parameters aside) may stand over content of that kind.
#[must_use]
pub fn agrees(declared: &str, kind: FileKind) -> bool {
    let mut parts = declared.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default().to_ascii_lowercase();
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            let charset = value.trim_matches('"');
            charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("us-ascii")
        }
        _ => true,
    });
    match media.as_str() {
        // Its sender does not know.
        "application/octet-stream" => true,
        "image/jpg" => kind == FileKind::Jpeg,
        "text/plain" => kind == FileKind::Text && utf8,
        other => other == media_type(kind),
    }
}

/// Looks at content as it passes by.
#[derive(Debug, Default)]
pub struct Sniffer {
    head: Vec<u8>,
    text: Utf8,
}

impl Sniffer {
    /// Looks at the next bytes.
    pub fn look(&mut self, bytes: &[u8]) {
        let wanted = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..wanted]);
        self.text.look(bytes);
    }

    /// What all of it is; none where it is nothing that is taken here.
    #[must_use]
    pub fn kind(&self) -> Option<FileKind> {
        let begins = |mark: &[u8]| self.head.starts_with(mark);
        if begins(b"%PDF-") {
            Some(FileKind::Pdf)
        } else if begins(&[0xFF, 0xD8, 0xFF]) {
            Some(FileKind::Jpeg)
        } else if begins(b"\x89PNG\r\n\x1a\n") {
            Some(FileKind::Png)
        } else if self.head.get(128..HEAD) == Some(b"DICM") {
            Some(FileKind::Dicom)
        } else if self.text.is_whole() {
            Some(FileKind::Text)
        } else {
            None
        }
    }
}

/// Whether content is text in UTF-8, without characters that a screen or a printer would obey.
#[derive(Debug, Default)]
struct Utf8 {
    /// The beginning of a character that the next bytes complete.
    begun: Vec<u8>,
    bad: bool,
}

impl Utf8 {
    fn look(&mut self, bytes: &[u8]) {
        if self.bad {
            return;
        }
        let mut joined = std::mem::take(&mut self.begun);
        joined.extend_from_slice(bytes);
        let good = match std::str::from_utf8(&joined) {
            Ok(_) => joined.len(),
            Err(fault) if fault.error_len().is_none() => fault.valid_up_to(),
            Err(_) => {
                self.bad = true;
                return;
            }
        };
        self.bad = joined[..good]
            .iter()
            .any(|byte| byte.is_ascii_control() && !b"\n\r\t\x0c".contains(byte));
        self.begun = joined.split_off(good);
    }

    fn is_whole(&self) -> bool {
        !self.bad && self.begun.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(parts: &[&[u8]]) -> Option<FileKind> {
        let mut sniffer = Sniffer::default();
        for part in parts {
            sniffer.look(part);
        }
        sniffer.kind()
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let mut dicom = vec![0; 128];
        dicom.extend(b"DICM\x02\x00");
        let cases: [(&[u8], Option<FileKind>); 9] = [
            (b"%PDF-1.7\n%\xe2\xe3", Some(FileKind::Pdf)),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF", Some(FileKind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\x00", Some(FileKind::Png)),
            (&dicom, Some(FileKind::Dicom)),
            ("出院小结\r\n\t一切正常".as_bytes(), Some(FileKind::Text)),
            (b"MZ\x90\x00", None),
            (b"PK\x03\x04", None),
            (b"\xd6\xd0\xce\xc4", None),
            (b"bell\x07", None),
        ];
        for (bytes, kind) in cases {
            assert_eq!(kind_of(&[bytes]), kind, "{bytes:?}");
            let one_by_one: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(kind_of(&one_by_one), kind, "{bytes:?}, a byte at a time");
        }
        assert_eq!(
            kind_of(&[&"文".as_bytes()[..2]]),
            None,
            "a character is cut off"
        );
    }

    #[test]
    fn a_declared_type_agrees_or_does_not() {
        for (declared, kind) in [
            ("application/pdf", FileKind::Pdf),
            ("Image/JPEG", FileKind::Jpeg),
            ("image/jpg", FileKind::Jpeg),
            ("text/plain", FileKind::Text),
            ("text/plain;charset=\"UTF-8\"", FileKind::Text),
            ("application/octet-stream", FileKind::Dicom),
        ] {
            assert!(agrees(declared, kind), "{declared}");
        }
        for (declared, kind) in [
            ("application/pdf", FileKind::Text),
            ("text/html", FileKind::Text),
            ("text/plain; charset=gbk", FileKind::Text),
            ("", FileKind::Png),
        ] {
            assert!(!agrees(declared, kind), "{declared}");
        }
    }
}
