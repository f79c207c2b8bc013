//! Store a file.

use entity::{enums::Role, file};
use reqwest::StatusCode;
use sea_orm::EntityTrait as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{PDF, assert_refused, posting, read, stored};
use crate::{
    harness::{World, both},
    referral::census::census,
};

/// How many bytes a file may have in the tests.
const MOST: usize = 200_000;

async fn rows(w: &World) -> Vec<file::Model> {
    let rows = file::Entity::find().all(w.app.db.reader()).await;
    rows.expect("files can be listed")
}

/// What lies in the folder of files, whatever its state.
fn on_disk(w: &World) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .map(|entry| match entry.file_type() {
                Ok(kind) if kind.is_dir() => count(&entry.path()),
                _ => 1,
            })
            .sum()
    }
    count(&w.folder().join("files"))
}

#[test]
fn a_file_is_stored_and_said_what_it_is() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let before = census(&w).await;
        let request = posting(&hill, PDF)
            .header("content-type", "application/pdf")
            .header(
                "content-disposition",
                "attachment; filename*=UTF-8''%E5%BF%83%E7%94%B5%E5%9B%BE.pdf",
            );
        let answer = hill.send(request).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        let id = answer.body["id"].as_str().expect("an id");
        assert!(id.starts_with("fil_"), "{id}");
        assert_eq!(answer.header("location"), format!("/files/{id}"));
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(PDF));
        let told = json!({
            "kind": "PDF", "mediaType": "application/pdf", "size": PDF.len(), "sha256": digest, "name": "心电图.pdf",
        });
        for (field, value) in told.as_object().into_iter().flatten() {
            assert_eq!(&answer.body[field], value, "{field}");
        }
        let after = census(&w).await;
        for table in ["file", "audit"] {
            assert_eq!(after.since(&before, table), 1, "{table}");
        }
        assert_eq!(on_disk(&w), 1);
        let row = rows(&w).await.remove(0);
        let name = row.id.simple().to_string();
        let place = w.folder().join("files").join(&name[30..]).join(&name);
        let sealed = std::fs::read(place).expect("it lies under its id");
        assert!(!sealed.windows(5).any(|window| window == b"%PDF-"));
    });
}

#[test]
fn each_type_is_known_by_its_bytes_and_what_is_declared_must_agree() {
    both(async |w| {
        let hill = w.client(Role::Integration, &w.district().hill).await;
        let dicom = [&[0u8; 128][..], b"DICM\x02\x00\x00\x00"].concat();
        let jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF".to_vec();
        let png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d".to_vec();
        let text = "主诉：左侧肢体麻木".as_bytes().to_vec();
        let good = [
            (PDF.to_vec(), "PDF", Some("application/pdf")),
            (jpeg.clone(), "JPEG", Some("image/jpeg")),
            (png.clone(), "PNG", Some("image/png")),
            (dicom, "DICOM", Some("application/octet-stream")),
            (text.clone(), "TEXT", Some("text/plain; charset=utf-8")),
            (text.clone(), "TEXT", None),
        ];
        for (content, kind, declared) in good {
            let mut request = posting(&hill, content);
            if let Some(declared) = declared {
                request = request.header("content-type", declared);
            }
            let answer = hill.send(request).await;
            assert_eq!(answer.body["kind"], kind, "{}", answer.text);
        }
        let before = census(&w).await;
        let kept = on_disk(&w);
        let bad = [
            (text.clone(), "application/pdf"),
            (text, "text/html"),
            (png, "image/jpeg"),
            (jpeg, "text/plain"),
            (b"MZ\x90\x00\x03".to_vec(), "application/octet-stream"),
            (b"PK\x03\x04".to_vec(), "application/pdf"),
            (b"\xd6\xd0\xce\xc4".to_vec(), "text/plain"),
        ];
        for (content, declared) in bad {
            let answer = hill
                .send(posting(&hill, content).header("content-type", declared))
                .await;
            assert_refused(&answer, StatusCode::UNSUPPORTED_MEDIA_TYPE, "INVALID_INPUT");
        }
        let changed = census(&w).await.changed_since(&before);
        assert_eq!(changed, [], "a refused file leaves nothing");
        assert_eq!(on_disk(&w), kept, "a refused file leaves nothing");
    });
}

#[test]
fn a_file_is_neither_empty_nor_larger_than_the_operator_allows() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let empty = hill.send(posting(&hill, "")).await;
        assert_refused(&empty, StatusCode::BAD_REQUEST, "INVALID_INPUT");
        assert_eq!(empty.body["problems"][0]["code"], "REQUIRED");
        for more in [1, MOST / 2] {
            let answer = hill.send(posting(&hill, vec![b'a'; MOST + more])).await;
            assert_refused(&answer, StatusCode::PAYLOAD_TOO_LARGE, "INVALID_INPUT");
        }
        assert_eq!((rows(&w).await.len(), on_disk(&w)), (0, 0));
        let most = stored(&hill, vec![b'a'; MOST]).await;
        assert_eq!(most["size"], MOST);
        let answer = read(&hill, most["id"].as_str().expect("an id")).await;
        assert!(answer.text.bytes().all(|byte| byte == b'a') && answer.text.len() == MOST);
    });
}

#[test]
fn a_name_is_a_name() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let long = format!("filename=\"{}\"", "a".repeat(201));
        let bad = [
            ("filename=\"../../etc/passwd\"", "CHARACTERS"),
            ("filename*=UTF-8''..%5C..%5Cboot.ini", "CHARACTERS"),
            ("filename*=UTF-8''a%0d%0aSet-Cookie:x", "CHARACTERS"),
            ("filename*=UTF-8''a%00.pdf", "CHARACTERS"),
            ("filename*=gbk''%D0", "FORMAT"),
            ("filename=\" \"", "REQUIRED"),
            (long.as_str(), "TOO_LONG"),
        ];
        for (name, code) in bad {
            let request =
                posting(&hill, PDF).header("content-disposition", format!("attachment; {name}"));
            let answer = hill.send(request).await;
            assert_refused(&answer, StatusCode::BAD_REQUEST, "INVALID_INPUT");
            let problem = &answer.body["problems"][0];
            assert_eq!(
                (&problem["path"], &problem["code"]),
                (&json!("name"), &json!(code)),
                "{name}"
            );
        }
        assert_eq!((rows(&w).await.len(), on_disk(&w)), (0, 0));
    });
}

#[test]
fn whoever_works_with_patients_stores_files_and_nobody_else() {
    both(async |w| {
        let d = w.district();
        for role in [
            Role::Clinician,
            Role::Coordinator,
            Role::Technician,
            Role::Diagnostician,
            Role::Integration,
        ] {
            let client = w.client(role, &d.hill).await;
            stored(&client, PDF).await;
        }
        let before = census(&w).await;
        let nobody = w.anonymous();
        let answer = nobody.send(posting(&nobody, PDF)).await;
        assert_refused(&answer, StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
        let forged = w.anonymous().with_token("nothing");
        let answer = forged.send(posting(&forged, PDF)).await;
        assert_refused(&answer, StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
        let admin = w.client(Role::InstitutionAdmin, &d.hill).await;
        let answer = admin.send(posting(&admin, PDF)).await;
        assert_refused(&answer, StatusCode::FORBIDDEN, "FORBIDDEN");
        let after = census(&w).await;
        assert_eq!(after.since(&before, "file"), 0);
        assert_eq!(after.since(&before, "audit"), 1, "the denial is on record");
    });
}

#[test]
fn a_disk_that_refuses_is_told_as_such_and_nothing_is_half_there() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        // A plain file stands where the folder would have to be.
        std::fs::write(w.folder().join("files"), "in the way").expect("the folder is ours");
        let answer = hill.send(posting(&hill, PDF)).await;
        assert_refused(&answer, StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE");
        assert_eq!(answer.body["retryable"], true);
        assert!(rows(&w).await.is_empty());
        std::fs::remove_file(w.folder().join("files")).expect("it can be taken away");
        stored(&hill, PDF).await;
    });
}
