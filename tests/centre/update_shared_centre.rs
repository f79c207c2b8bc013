//! Change a shared centre, and whom it serves.

use api::id::{self, Kind};
use entity::{event, json::Ids};
use sea_orm::{EntityTrait as _, QueryOrder as _};
use serde_json::json;

use super::{
    admin, ask, fixture::new_centre, refuses_each, refuses_others, registered, served, tell,
};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

#[test]
fn an_administrator_changes_what_is_said_and_nothing_else() {
    both(async |w| {
        let (d, admin) = (w.district(), admin(&w).await);
        let id = registered(&w, &admin, "LABORATORY").await;
        let input = json!({ "id": id, "version": 1, "name": "检验中心", "active": false });
        let answer = tell(&admin, "updateSharedCentre", input).await;
        let centre = answer.data("updateSharedCentre.centre");
        assert_eq!(
            (&centre["name"], &centre["active"], &centre["version"]),
            (&json!("检验中心"), &json!(false), &json!(2))
        );
        assert!(!centre["hours"].is_null());
        assert_eq!(served(&answer, "updateSharedCentre").len(), 6);

        let lake = letter::institution(d.lake.id);
        let herbs = letter::institution(d.herbs.id);
        let input = json!({ "id": id, "version": 2, "hours": null, "active": true, "served": [lake, herbs, lake] });
        let answer = tell(&admin, "updateSharedCentre", input).await;
        let centre = answer.data("updateSharedCentre.centre");
        assert!(centre["hours"].is_null());
        assert_eq!(centre["active"], true);
        // By their codes: C003 and H002.
        assert_eq!(served(&answer, "updateSharedCentre"), [lake, herbs]);

        let last = event::Entity::find()
            .order_by_desc(event::Column::Version)
            .order_by_desc(event::Column::Id)
            .one(w.app.db.reader());
        let last = last.await.expect("a row").expect("an event");
        let Ids(scopes) = &last.scopes;
        for told in [d.county.id, d.general.id, d.herbs.id, d.lake.id, d.hill.id] {
            assert!(scopes.contains(&told), "who was served is told as well");
        }
        assert!(!scopes.contains(&d.city.id));
        assert_eq!(last.detail["before"]["active"], json!(false));
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let admin = admin(&w).await;
        let id = registered(&w, &admin, "ECG").await;
        let input = json!({ "id": id, "version": 1, "active": false });
        refuses_others(&w, "updateSharedCentre", &input).await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (d, admin) = (w.district(), admin(&w).await);
        let id = registered(&w, &admin, "ECG").await;
        let other = new_centre(&w, "IMAGING", "影像中心");
        tell(&admin, "createSharedCentre", other).await;
        let good = json!({ "id": id, "version": 1, "name": "心电中心" });
        let many: Vec<_> = (0..501)
            .map(|_| id::encode(Kind::Institution, w.app.new_id()))
            .collect();
        let faults = [
            (json!({ "id": "ctr_?" }), "input.id", "FORMAT"),
            (
                json!({ "id": letter::institution(d.hill.id) }),
                "input.id",
                "WRONG_TYPE",
            ),
            (json!({ "name": "" }), "input.name", "REQUIRED"),
            (json!({ "name": "影像中心" }), "input.name", "TAKEN"),
            (
                json!({ "name": "心".repeat(101) }),
                "input.name",
                "TOO_LONG",
            ),
            (
                json!({ "hours": "时".repeat(201) }),
                "input.hours",
                "TOO_LONG",
            ),
            (
                json!({ "served": [letter::institution(d.nursing_home.id)] }),
                "input.served[0]",
                "NOT_ALLOWED",
            ),
            (json!({ "served": ["x"] }), "input.served[0]", "FORMAT"),
            (json!({ "served": many }), "input.served[500]", "UNKNOWN_ID"),
        ];
        refuses_each(&w, &admin, "updateSharedCentre", &good, &faults).await;
        let stale = with(good.clone(), json!({ "version": 2 }));
        let answer = ask(&admin, "updateSharedCentre", stale).await;
        assert_eq!(answer.code("updateSharedCentre"), "CONFLICT");
        let error = answer.error("updateSharedCentre");
        assert_eq!(error["extensions"]["currentVersion"], 1);
        let nothing = id::encode(Kind::SharedCentre, w.app.new_id());
        let nowhere = with(good, json!({ "id": nothing }));
        let answer = ask(&admin, "updateSharedCentre", nowhere).await;
        assert_eq!(answer.code("updateSharedCentre"), "NOT_FOUND");
    });
}

#[test]
fn the_same_key_changes_it_once() {
    both(async |w| {
        let admin = admin(&w).await;
        let id = registered(&w, &admin, "ECG").await;
        let admin = admin.with_key("centre-2");
        let input = json!({ "id": id, "version": 1, "active": false });
        tell(&admin, "updateSharedCentre", input.clone()).await;
        let before = census(&w).await;
        let again = tell(&admin, "updateSharedCentre", input).await;
        assert_eq!(*again.data("updateSharedCentre.replayed"), json!(true));
        assert_eq!(again.number_at("updateSharedCentre.centre.version"), 2);
        assert_eq!(census(&w).await.since(&before, "event"), 0);
    });
}
