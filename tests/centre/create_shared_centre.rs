//! Register a shared centre.

use api::id::{self, Kind};
use entity::{
    enums::{InstitutionStatus, Role},
    institution,
};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, IntoActiveModel as _};
use serde_json::json;

use super::{
    admin, ask,
    fixture::{KINDS, new_centre},
    refuses_each, refuses_others, served, tell,
};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

#[test]
fn an_administrator_registers_centres_of_all_eight_kinds() {
    both(async |w| {
        let admin = admin(&w).await;
        for (kind, name) in KINDS {
            let before = census(&w).await;
            let input = new_centre(&w, kind, name);
            let answer = tell(&admin, "createSharedCentre", input).await;
            let centre = answer.data("createSharedCentre.centre");
            assert_eq!(centre["kind"], kind);
            assert_eq!(
                (&centre["name"], &centre["active"]),
                (&json!(name), &json!(true))
            );
            let county = letter::institution(w.district().county.id);
            assert_eq!(centre["host"]["id"], county);
            assert_eq!(served(&answer, "createSharedCentre").len(), 6);
            let after = census(&w).await;
            for table in ["shared_centre", "event", "outbox", "audit"] {
                assert_eq!(after.since(&before, table), 1, "{table}");
            }
            assert_eq!(after.since(&before, "centre_served"), 6);
        }
    });
}

#[test]
fn a_centre_may_serve_its_host_alone() {
    both(async |w| {
        let admin = admin(&w).await;
        let county = letter::institution(w.district().county.id);
        for (name, named) in [
            ("甲", json!(null)),
            ("乙", json!([])),
            ("丙", json!([county])),
        ] {
            let input = with(
                new_centre(&w, "ECG", name),
                json!({ "served": named, "hours": null }),
            );
            let answer = tell(&admin, "createSharedCentre", input).await;
            assert_eq!(served(&answer, "createSharedCentre"), Vec::<&str>::new());
            assert!(answer.data("createSharedCentre.centre.hours").is_null());
        }
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let input = new_centre(&w, "IMAGING", "影像中心");
        refuses_others(&w, "createSharedCentre", &input).await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let admin = admin(&w).await;
        let d = w.district();
        tell(
            &admin,
            "createSharedCentre",
            new_centre(&w, "ECG", "心电中心"),
        )
        .await;
        let good = new_centre(&w, "IMAGING", "影像中心");
        let nobody = id::encode(Kind::Institution, w.app.new_id());
        let faults = [
            (json!({ "host": "?" }), "input.host", "FORMAT"),
            (
                json!({ "host": letter::department(d.neurology.id) }),
                "input.host",
                "WRONG_TYPE",
            ),
            (json!({ "name": " " }), "input.name", "REQUIRED"),
            (
                json!({ "name": "影".repeat(101) }),
                "input.name",
                "TOO_LONG",
            ),
            (json!({ "name": "影\n像" }), "input.name", "CHARACTERS"),
            (json!({ "name": "心电中心" }), "input.name", "TAKEN"),
            (
                json!({ "hours": "时".repeat(201) }),
                "input.hours",
                "TOO_LONG",
            ),
            (json!({ "hours": "早\t晚" }), "input.hours", "CHARACTERS"),
            (json!({ "served": ["?"] }), "input.served[0]", "FORMAT"),
            (
                json!({ "served": [nobody] }),
                "input.served[0]",
                "UNKNOWN_ID",
            ),
            (
                json!({ "served": [letter::institution(d.hill.id), letter::institution(d.city.id)] }),
                "input.served[1]",
                "NOT_ALLOWED",
            ),
        ];
        refuses_each(&w, &admin, "createSharedCentre", &good, &faults).await;
        let all = json!({ "name": "", "hours": "早\n晚", "served": [nobody] });
        let answer = ask(&admin, "createSharedCentre", with(good.clone(), all)).await;
        assert_eq!(answer.problems().len(), 3, "{}", answer.text);
        let answer = ask(
            &admin,
            "createSharedCentre",
            with(good, json!({ "host": nobody })),
        )
        .await;
        assert_eq!(answer.code("createSharedCentre"), "NOT_FOUND");
    });
}

#[test]
fn only_a_hospital_that_operates_runs_centres() {
    both(async |w| {
        let d = w.district();
        let at = |id| {
            with(
                new_centre(&w, "ECG", "心电中心"),
                json!({ "host": letter::institution(id) }),
            )
        };
        let hill = w.client(Role::InstitutionAdmin, &d.hill).await;
        let answer = ask(&hill, "createSharedCentre", at(d.hill.id)).await;
        assert_eq!(answer.problems(), [("input.host", "NOT_ALLOWED")]);
        let mut herbs = d.herbs.clone().into_active_model();
        herbs.status = Set(InstitutionStatus::Suspended);
        let changed: Result<institution::Model, _> = w
            .app
            .db
            .write(async |txn| Ok(herbs.clone().update(&*txn).await?))
            .await;
        changed.expect("an institution can be suspended");
        let admin = w.client(Role::InstitutionAdmin, &d.herbs).await;
        let answer = ask(&admin, "createSharedCentre", at(d.herbs.id)).await;
        assert_eq!(answer.problems(), [("input.host", "NOT_OPERATING")]);
    });
}

#[test]
fn a_hospital_runs_fifty_at_most() {
    both(async |w| {
        let admin = admin(&w).await;
        for at in 0..50 {
            let input = new_centre(&w, "ECG", &format!("第{at}中心"));
            tell(&admin, "createSharedCentre", input).await;
        }
        let input = new_centre(&w, "ECG", "一个太多");
        let answer = ask(&admin, "createSharedCentre", input).await;
        assert_eq!(answer.problems(), [("input.host", "TOO_LARGE")]);
    });
}

#[test]
fn the_same_key_is_the_same_centre() {
    both(async |w| {
        let admin = admin(&w).await.with_key("centre-1");
        let input = new_centre(&w, "ECG", "心电中心");
        let first = tell(&admin, "createSharedCentre", input.clone()).await;
        let before = census(&w).await;
        let again = tell(&admin, "createSharedCentre", input).await;
        assert_eq!(*again.data("createSharedCentre.replayed"), json!(true));
        assert_eq!(
            first.data("createSharedCentre.centre"),
            again.data("createSharedCentre.centre")
        );
        for table in ["shared_centre", "event"] {
            assert_eq!(census(&w).await.since(&before, table), 0, "{table}");
        }
    });
}
