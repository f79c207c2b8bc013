//! Whole stories, each step by the account that would take it.

use api::record::relay::relay_once;
use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{
    Post, because,
    clock::run_to,
    half_day, logged, on,
    publish::{booked, slots},
    refuses, tell, wait_days,
};
use crate::{
    harness::both,
    referral::{
        letter::{self, with},
        story::Story,
    },
};

#[test]
fn a_deputy_director_for_a_year_extended_and_appraised() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"]
            .map(|weekday| json!({ "weekday": weekday, "half": "DAY" }));
        let year = json!({
            "kind": "CLINICAL_DEPUTY_DIRECTOR",
            "endsOn": "2027-03-01",
            "sessions": weekdays,
            "goals": "建立卒中筛查与随访流程",
        });
        let active = post.active(year).await;
        // Every Monday of a quarter, logged on the day.
        let mut seen = active;
        for _ in 0..13 {
            let entries = json!([half_day(&w, 0, "AM", 10), half_day(&w, 0, "PM", 6)]);
            seen = tell(&post.host, "logDispatch", logged(&seen, entries)).await;
            run_to(&w, w.now() + Duration::days(7)).await;
        }
        assert_eq!(seen.all["totals"]["serviceDays"], 13.0);
        w.app
            .clock
            .set("2027-02-20T01:00:00Z".parse().expect("a time"));
        let longer = json!({ "endsOn": "2027-08-31", "reason": "续派半年" });
        let extended = tell(&post.sender, "extendDispatch", with(on(&seen), longer)).await;
        run_to(&w, "2027-03-02T01:00:00Z".parse().expect("a time")).await;
        let seen = post.look(&post.host, &extended).await.expect("it is seen");
        assert_eq!(seen.status, "ACTIVE", "a day after the first end");
        run_to(&w, "2027-08-31T16:00:00Z".parse().expect("a time")).await;
        let seen = post.look(&post.host, &extended).await.expect("it is seen");
        assert_eq!(
            (seen.status.as_str(), &seen.all["endedOn"]),
            ("COMPLETED", &json!("2027-08-31"))
        );
        let said = with(
            on(&seen),
            json!({ "score": 96, "comment": "门诊量同比上升三成" }),
        );
        let appraised = tell(&post.host, "appraiseDispatch", said).await;
        assert_eq!(
            (
                appraised.status.as_str(),
                &appraised.all["totals"]["patientsServed"]
            ),
            ("APPRAISED", &json!(208))
        );
        // The place is free for the next.
        let next = json!({ "kind": "CLINICAL_DEPUTY_DIRECTOR", "practitioner": letter::practitioner(d.emergency_doctor.id), "startsOn": letter::day(&w, 0), "endsOn": letter::day(&w, 300) });
        assert_eq!(post.active(next).await.status, "ACTIVE");

        while relay_once(&w.app).await.expect("the relay works") > 0 {}
        let document = "{ changes(first: 100, kinds: [DISPATCH]) { edges { node { action status subject { id } } } } }";
        let answer = post.host.ask(document).await.ok();
        let edges = answer.data("changes.edges").as_array().expect("a list");
        let told: Vec<_> = edges
            .iter()
            .filter(|edge| edge["node"]["subject"]["id"] == appraised.id.as_str())
            .map(|edge| edge["node"]["action"].as_str().expect("an action"))
            .filter(|action| *action != "LOG_DISPATCH")
            .collect();
        let expected = [
            "PLAN_DISPATCH",
            "APPROVE_DISPATCH",
            "CONFIRM_DISPATCH",
            "CHECK_IN_DISPATCH",
            "EXTEND_DISPATCH",
            "END_DISPATCH",
            "APPRAISE_DISPATCH",
        ];
        assert_eq!(told, expected);
    });
}

#[test]
fn mornings_here_and_afternoons_there_booked_by_referrals() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let (story, hill) = (Story::of(&w), letter::institution(d.hill.id));
        let clinic = |half| json!({ "kind": "VISITING_CLINIC", "sessions": [{ "weekday": "MONDAY", "half": half }] });
        let morning = post.active(clinic("AM")).await;
        let lake = with(
            clinic("PM"),
            json!({ "host": letter::institution(d.lake.id) }),
        );
        let planned = post.planned(lake).await;
        let approved = tell(&post.sender, "approveDispatch", on(&planned)).await;
        let office = w.client(Role::Coordinator, &d.lake).await;
        let confirmed = tell(&office, "confirmDispatch", on(&approved)).await;
        let afternoon = tell(&office, "checkInDispatch", on(&confirmed)).await;
        for (by, seen) in [(&post.host, &morning), (&office, &afternoon)] {
            let said = with(
                on(seen),
                json!({ "until": letter::day(&w, 14), "capacity": 1 }),
            );
            tell(by, "publishDispatchSessions", said).await;
        }
        let mornings = slots(&post.host, &hill, &morning, json!({})).await;
        let afternoons = slots(
            &office,
            &letter::institution(d.lake.id),
            &afternoon,
            json!({}),
        )
        .await;
        // Two Mondays ahead in the morning; today's afternoon and two more.
        assert_eq!((mornings.len(), afternoons.len()), (2, 3));
        let (accepted, office) = booked(&story, &post, &mornings[0]).await;
        let full = slots(&post.host, &hill, &morning, json!({ "free": false })).await;
        assert_eq!(full.len(), 1);
        // On the day the expert sees who is coming, sees the patient, and writes down that they did.
        w.app
            .clock
            .set("2026-03-09T01:00:00Z".parse().expect("a time"));
        let there = post.there(&d.hill).await;
        assert!(story.look(&there, &accepted).await.is_some());
        let arrived = story.arrive(&office, &accepted, json!({})).await;
        story.treat(&there, &arrived, json!({})).await;
        let now = post.look(&there, &morning).await.expect("it is seen");
        let said = tell(
            &there,
            "logDispatch",
            logged(&now, json!([half_day(&w, 0, "AM", 1)])),
        )
        .await;
        assert_eq!(said.all["totals"]["patientsServed"], 1);
        let used = slots(&post.host, &hill, &morning, json!({})).await;
        assert_eq!((&used[0]["used"], &used[0]["held"]), (&json!(1), &json!(0)));
    });
}

#[test]
fn a_returning_volunteer() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        // Who works in the city and comes from the hills: the host knows them, nobody sends them.
        let comes = json!({ "kind": "VOLUNTEER_RETURN", "practitioner": letter::practitioner(d.city_doctor.id), "host": null });
        let planned = tell(&post.host, "planDispatch", with(post.plan(), comes)).await;
        refuses(
            &w,
            &post.host,
            "confirmDispatch",
            on(&planned),
            "INVALID_TRANSITION",
        )
        .await;
        let approved = tell(&post.manager, "approveDispatch", on(&planned)).await;
        let confirmed = tell(&post.host, "confirmDispatch", on(&approved)).await;
        let active = tell(&post.host, "checkInDispatch", on(&confirmed)).await;
        let said = tell(
            &post.host,
            "logDispatch",
            logged(&active, json!([half_day(&w, 0, "AM", 15)])),
        )
        .await;
        let longer = with(on(&said), json!({ "endsOn": letter::day(&w, 120) }));
        let extended = tell(&post.host, "extendDispatch", longer).await;
        let completed = tell(&post.host, "completeDispatch", on(&extended)).await;
        let said = with(on(&completed), json!({ "score": 100 }));
        let appraised = tell(&post.host, "appraiseDispatch", said).await;
        assert_eq!(
            (appraised.status.as_str(), &appraised.all["sender"]),
            ("APPRAISED", &Value::Null)
        );
    });
}

#[test]
fn declined_by_one_planned_by_another() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let asked = tell(&post.host, "requestDispatch", post.request()).await;
        let declined = tell(&post.sender, "declineDispatch", because(&asked)).await;
        assert_eq!(
            (declined.status.as_str(), &declined.all["reason"]),
            ("DECLINED", &json!("院内值班人手不足"))
        );
        let seen = post.look(&post.host, &declined).await.expect("it is seen");
        assert_eq!(seen.next(), Vec::<&str>::new());
        let herbs = w.client(Role::DispatchOfficer, &d.herbs).await;
        assert!(post.look(&herbs, &declined).await.is_none());
        let other = json!({ "sender": letter::institution(d.herbs.id) });
        let asked = tell(&post.host, "requestDispatch", with(post.request(), other)).await;
        let who = json!({ "practitioner": letter::practitioner(d.herbs_doctor.id) });
        let planned = tell(&herbs, "planDispatch", with(on(&asked), who)).await;
        let approved = tell(&herbs, "approveDispatch", on(&planned)).await;
        let confirmed = tell(&post.host, "confirmDispatch", on(&approved)).await;
        wait_days(&w, 7);
        let active = tell(&post.host, "checkInDispatch", on(&confirmed)).await;
        assert_eq!(active.status, "ACTIVE");
    });
}

#[test]
fn the_last_day_logged_three_days_later() {
    both(async |w| {
        let post = Post::of(&w).await;
        let short = json!({ "endsOn": "2026-03-10" });
        let active = post.active(short).await;
        run_to(&w, "2026-03-13T01:00:00Z".parse().expect("a time")).await;
        let seen = post.look(&post.home, &active).await.expect("it is seen");
        assert_eq!(
            (seen.status.as_str(), seen.next()),
            ("COMPLETED", vec!["LOG_DISPATCH"])
        );
        let last = json!([{ "date": "2026-03-10", "half": "AM", "outpatients": 9 }]);
        let said = tell(&post.home, "logDispatch", logged(&seen, last)).await;
        assert_eq!(said.all["totals"]["serviceDays"], 0.5);
        assert_eq!(said.status, "COMPLETED");
    });
}
