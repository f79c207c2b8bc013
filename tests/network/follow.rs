//! What another process changes is shown here too.

use api::{
    app::App,
    auth::Actor,
    clock::Clock,
    crypto::Keys,
    db::Db,
    network::{department, draft::DepartmentDraft, follow::catch_up},
};

use super::call;
use crate::harness::both;

#[test]
fn the_directory_catches_up_with_another_process() {
    both(async |w| {
        let settings = w.app.settings.clone();
        let db = Db::open(&settings.database, &settings.data_dir)
            .await
            .expect("a second process");
        let keys = Keys::new(vec![7; 32]).expect("32 bytes");
        let other = App::start(settings, db, keys, Clock::fixed(w.now()))
            .await
            .expect("it starts");
        let seen = catch_up(&w.app, None).await.expect("a mark");
        assert_eq!(catch_up(&w.app, Some(seen)).await.expect("a mark"), seen);
        let draft = DepartmentDraft {
            code: "0302".into(),
            name: "心血管内科".into(),
            specialty: "03.02".into(),
            ..DepartmentDraft::default()
        };
        let county = w.district().county.id;
        let made = department::create(&other, &call(&Actor::system("test")), county, draft).await;
        let made = made.expect("registered").object.id;
        assert!(!w.app.directory.now().departments.contains_key(&made));
        assert_ne!(catch_up(&w.app, Some(seen)).await.expect("a mark"), seen);
        assert!(w.app.directory.now().departments.contains_key(&made));
    });
}
