//! The explorer in headless Chromium, which can find no host but the service.

use std::{
    env,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use reqwest::Method;

use crate::{
    harness::{both, database::Kind},
    live::live,
    referral::cast::Cast,
};

/// Set to 1 where a run without the browser is a failure.
const REQUIRED: &str = "LIANDONG_REQUIRE_BROWSER";
/// Where `browser.js` and the packages that it needs are.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/explorer");

#[test]
fn it_works_without_the_internet() {
    let Some(chromium) = chromium() else {
        return;
    };
    both(async |w| {
        // Which database it is does not show in a page.
        if w.kind() != Kind::Sqlite {
            return;
        }
        let page = w.anonymous();
        let page = page.send(page.request(Method::GET, "/explorer/")).await;
        if page.text.contains("npm run build") {
            return skip(
                "the explorer is not built in: run `npm ci && npm run build` in api/explorer",
            );
        }
        let (cast, _live) = (Cast::of(&w).await, live(&w));
        cast.bring("SUBMITTED").await;
        let socket = cast.county.socket_address().replacen("ws", "http", 1);
        let address = socket.strip_suffix("/graphql/ws").expect("it is there");
        let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("explorer");
        std::fs::create_dir_all(&pictures).expect("a folder can be made");
        let mut browser = Command::new("node");
        browser
            .arg("browser.js")
            .current_dir(FOLDER)
            .env("EXPLORER_URL", address)
            .env(
                "EXPLORER_TOKEN",
                cast.county.token().expect("it has signed in"),
            )
            .env("EXPLORER_CALLER", &w.district().county.name)
            .env("CHROMIUM", &chromium)
            .env("SCREENSHOTS", &pictures);
        let told = tokio::task::spawn_blocking(move || browser.output())
            .await
            .expect("it does not panic")
            .expect("node starts");
        assert!(
            told.status.success(),
            "{}{}",
            String::from_utf8_lossy(&told.stdout),
            String::from_utf8_lossy(&told.stderr)
        );
    });
}

/// Chromium, where it and whatever drives it are there; what is missing is said, or fails where the browser is required.
fn chromium() -> Option<PathBuf> {
    let chromium = program("chromium");
    let missing = if chromium.is_none() {
        "Chromium was not found: install Debian's package chromium"
    } else if program("node").is_none() {
        "Node.js was not found: install it with npm"
    } else if !Path::new(FOLDER)
        .join("node_modules/playwright-core")
        .is_dir()
    {
        "Playwright was not found: run `npm ci` in tests/explorer"
    } else {
        return chromium;
    };
    skip(missing);
    None
}

fn skip(missing: &str) {
    let required = env::var(REQUIRED).is_ok_and(|value| value == "1");
    assert!(!required, "{REQUIRED}=1, but {missing}");
    // Not by eprintln!: the test harness would keep that to itself.
    let said = format!("\nSKIPPED: the explorer is not tried in a browser, because {missing}.\n\n");
    let _ = std::io::stderr().write_all(said.as_bytes());
}

fn program(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
