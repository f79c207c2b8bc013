//! Which departments see a referral that names none.

use entity::enums::Role;
use serde_json::json;

use super::{cast::Cast, letter};
use crate::harness::{both, client::Client};

#[test]
fn the_emergency_department_sees_what_names_none_until_another_takes_it() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let emergency = w.client(Role::Clinician, &d.emergency).await;
        let neurology = w.client(Role::Clinician, &d.neurology).await;
        let posted = cast.bring("SUBMITTED").await;
        let headers_only = async |by: &Client| {
            let document = "query See($by: ReferralKey!) { referral(by: $by) { headerOnly } }";
            let answer = by
                .call(document, json!({ "by": { "id": posted.id } }))
                .await;
            answer.ok().data("referral.headerOnly").clone()
        };
        assert_eq!(headers_only(&emergency).await, false);
        assert!(cast.story.look(&neurology, &posted).await.is_none());

        let taken = json!({ "department": letter::department(d.neurology.id) });
        cast.story.accept(&emergency, &posted, taken).await;
        assert_eq!(headers_only(&neurology).await, false);
        assert_eq!(headers_only(&emergency).await, true);
    });
}

#[test]
fn a_doctor_of_a_department_posts_in_its_name_and_sees_what_was_posted() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let neurology = w.client(Role::Clinician, &d.neurology).await;
        let posted = cast.story.submit(&neurology, cast.story.down()).await;
        assert!(cast.story.look(&neurology, &posted).await.is_some());
        // In the name of another department it is answered, and that department's from then on.
        let other = json!({ "senderDepartment": letter::department(d.internal.id) });
        let letter = letter::with(cast.story.down(), other);
        let posted = cast.story.submit(&neurology, letter).await;
        assert!(cast.story.look(&neurology, &posted).await.is_none());
    });
}

#[test]
fn what_names_a_department_is_not_the_emergency_departments() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let emergency = w.client(Role::Clinician, &d.emergency).await;
        let to = json!({ "receiverDepartment": letter::department(d.neurology.id) });
        let letter = letter::with(cast.story.up(), to);
        let posted = cast.story.submit(&cast.hill, letter).await;
        assert!(cast.story.look(&emergency, &posted).await.is_none());
    });
}
