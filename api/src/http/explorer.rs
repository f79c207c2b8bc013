//! `/explorer/`: GraphiQL, with examples in tabs and a box for the token.
//!
//! Its libraries are pinned by version and hash in `api/explorer/libraries.json`. Where they were built before the service
//! (`npm run build` in `api/explorer`), they are embedded and the page loads nothing from anywhere else, as a hospital's network needs it;
//! otherwise the page loads the same files from a CDN, which its browser holds to those hashes.

use std::{collections::HashMap, path::Path, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, Uri, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem;
use crate::crypto;

/// What `npm run build` has made, by name; empty where it was not run.
const BUILT: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/explorer.rs"));
/// Where the libraries come from if they are not built in; it serves the files of published packages as they are.
const CDN: &str = "https://cdn.jsdelivr.net/npm";
/// The address of the page; its files are below.
const PAGE: &str = "/explorer/";
/// Says that GraphiQL comes from elsewhere, and how it need not.
const NOTICE: &str = r#"<p class="notice">This service was built without its explorer, so that GraphiQL comes from a CDN
(<code>cdn.jsdelivr.net</code>). To have it served from here, run <code>npm ci &amp;&amp; npm run build</code> in <code>api/explorer</code>,
then build the service again.</p>"#;

/// Where the page and its policy name the nonce of this answer.
const NONCE: &str = "{{nonce}}";

const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
/// What is named by its version never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// A tab: its document, and its variables where it takes any.
type Example = (&'static str, Option<&'static str>);

/// What people and systems ask first, in the order of a referral's life.
const EXAMPLES: &[Example] = &[
    (include_str!("../../explorer/examples/inbox.graphql"), None),
    (
        include_str!("../../explorer/examples/destinations.graphql"),
        Some(include_str!("../../explorer/examples/destinations.json")),
    ),
    (
        include_str!("../../explorer/examples/submit.graphql"),
        Some(include_str!("../../explorer/examples/submit.json")),
    ),
    (
        include_str!("../../explorer/examples/accept.graphql"),
        Some(include_str!("../../explorer/examples/accept.json")),
    ),
    (
        include_str!("../../explorer/examples/timeline.graphql"),
        Some(include_str!("../../explorer/examples/timeline.json")),
    ),
    (
        include_str!("../../explorer/examples/changes.graphql"),
        None,
    ),
];

/// A file of a published package.
#[derive(Deserialize)]
struct Library {
    package: String,
    version: String,
    file: String,
    integrity: String,
}

impl Library {
    /// Its name here.
    fn name(&self) -> String {
        let ending = if self.is_style() { "css" } else { "js" };
        format!("{}-{}.{ending}", self.package, self.version)
    }

    fn on_cdn(&self) -> String {
        format!("{CDN}/{}@{}/{}", self.package, self.version, self.file)
    }

    fn is_style(&self) -> bool {
        Path::new(&self.file)
            .extension()
            .is_some_and(|ending| ending == "css")
    }
}

/// The page and its files.
struct Explorer {
    page: String,
    policy: String,
    files: HashMap<&'static str, File>,
}

/// A file of the page.
struct File {
    body: &'static [u8],
    cache: HeaderValue,
}

/// The addresses of the explorer; `open` tells whether callers without a token may read the schema.
pub(super) fn router(open: bool) -> Router {
    Router::new()
        // Relative, for a proxy may serve all of this below a path of its own.
        .route(
            "/explorer",
            get(|| async { Redirect::permanent("explorer/") }),
        )
        .route(PAGE, get(page))
        .route("/explorer/{file}", get(file))
        .with_state(Arc::new(Explorer::new(open, BUILT)))
}

async fn page(State(explorer): State<Arc<Explorer>>) -> Response {
    // Fresh each time: GraphiQL's dialogues bring a style of their own, which the policy takes from this page only.
    let nonce = BASE64.encode(&crypto::random::<16>());
    let policy = HeaderValue::from_str(&explorer.policy.replace(NONCE, &nonce))
        .expect("addresses of packages and base64 are visible ASCII");
    let headers = [
        (header::CONTENT_TYPE, media("html")),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, explorer.page.replace(NONCE, &nonce)).into_response()
}

async fn file(State(explorer): State<Arc<Explorer>>, address: Uri) -> Response {
    // Looked up by the whole of the name, as it was sent: no path leads anywhere else.
    let name = address.path().strip_prefix(PAGE).unwrap_or_default();
    if name == "examples.json" {
        let headers = [
            (header::CONTENT_TYPE, media(name)),
            (header::CACHE_CONTROL, NO_CACHE),
        ];
        return (headers, examples().to_string()).into_response();
    }
    let Some(file) = explorer.files.get(name) else {
        return problem::not_found().await;
    };
    let headers = [
        (header::CONTENT_TYPE, media(name)),
        (header::CACHE_CONTROL, file.cache.clone()),
    ];
    (headers, file.body).into_response()
}

/// The examples, as GraphiQL takes its first tabs.
fn examples() -> Value {
    let tab = |(query, variables): &Example| json!({ "query": query, "variables": variables });
    EXAMPLES.iter().map(tab).collect()
}

fn media(name: &str) -> HeaderValue {
    HeaderValue::from_static(match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        _ => "text/plain; charset=utf-8",
    })
}

impl Explorer {
    /// With the libraries that were built, where they are those that are pinned, and else with the CDN's.
    fn new(open: bool, built: &'static [(&'static str, &'static [u8])]) -> Self {
        let libraries: Vec<Library> =
            serde_json::from_str(include_str!("../../explorer/libraries.json"))
                .expect("libraries.json is a list of libraries");
        let mut files = HashMap::from([
            (
                "explorer.js",
                &include_bytes!("../../explorer/explorer.js")[..],
            ),
            (
                "explorer.css",
                &include_bytes!("../../explorer/explorer.css")[..],
            ),
        ])
        .into_iter()
        .map(|(name, body)| {
            (
                name,
                File {
                    body,
                    cache: NO_CACHE,
                },
            )
        })
        .collect::<HashMap<_, _>>();
        let here = libraries
            .iter()
            .all(|library| built.iter().any(|(name, _)| *name == library.name()));
        if here {
            let versioned: Vec<_> = libraries.iter().map(Library::name).collect();
            files.extend(built.iter().map(|(name, body)| {
                let pinned = versioned.iter().any(|versioned| versioned == name);
                let cache = if pinned { FOR_EVER } else { NO_CACHE };
                (*name, File { body, cache })
            }));
        }
        Self {
            page: rendered(&libraries, here, open),
            policy: policy(&libraries, here),
            files,
        }
    }
}

fn rendered(libraries: &[Library], here: bool, open: bool) -> String {
    let address = |library: &Library| {
        if here {
            library.name()
        } else {
            library.on_cdn()
        }
    };
    let (mut styles, mut scripts) = (Vec::new(), Vec::new());
    for library in libraries {
        let (address, integrity) = (address(library), &library.integrity);
        let held = format!(r#"integrity="{integrity}" crossorigin="anonymous""#);
        if library.is_style() {
            styles.push(format!(
                r#"<link rel="stylesheet" href="{address}" {held}>"#
            ));
        } else {
            scripts.push(format!(r#"<script src="{address}" {held} defer></script>"#));
        }
    }
    include_str!("../../explorer/explorer.html")
        .replace("{{styles}}", &styles.join("\n"))
        .replace("{{scripts}}", &scripts.join("\n"))
        .replace("{{notice}}", if here { "" } else { NOTICE })
        .replace("{{open}}", if open { "true" } else { "false" })
}

/// What the page may load: scripts that are ours or pinned, and no inline one. GraphiQL's style sheet carries its fonts and signs in it.
fn policy(libraries: &[Library], here: bool) -> String {
    let of_cdn = |style: bool| -> String {
        let wanted = libraries
            .iter()
            .filter(|library| !here && library.is_style() == style);
        wanted.fold(String::new(), |list, library| {
            list + " " + &library.on_cdn()
        })
    };
    format!(
        "default-src 'none'; script-src 'self'{}; style-src 'self' 'nonce-{NONCE}'{}; font-src data:; img-src data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        of_cdn(false),
        of_cdn(true),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_built_in_comes_from_a_cdn_held_to_its_hash() {
        let explorer = Explorer::new(false, &[]);
        let policy = &explorer.policy;
        for (library, hash) in [
            (
                "graphiql@4.1.2/graphiql.min.js",
                "sha384-9XdHu7ajgGJziD4J1zNBKQ842Q/",
            ),
            (
                "graphiql@4.1.2/graphiql.min.css",
                "sha384-1el1QShFBnnXTx9x/",
            ),
            (
                "react@18.3.1/umd/react.production.min.js",
                "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/",
            ),
            (
                "react-dom@18.3.1/umd/react-dom.production.min.js",
                "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/",
            ),
        ] {
            let address = format!("{CDN}/{library}");
            let held = format!(r#"="{address}" integrity="{hash}"#);
            assert!(explorer.page.contains(&held), "{held}\n{}", explorer.page);
            assert!(policy.contains(&address), "{policy}");
        }
        assert!(explorer.page.contains("npm run build"));
        let page = explorer.page.replace(NONCE, "");
        assert!(!page.contains("{{"), "{page}");
        assert_eq!(explorer.files.len(), 2);
    }

    #[test]
    fn what_was_built_of_another_version_is_not_taken() {
        let explorer = Explorer::new(false, &[("graphiql-1.0.0.js", b"old")]);
        assert!(explorer.page.contains(CDN));
        assert!(!explorer.files.contains_key("graphiql-1.0.0.js"));
    }
}
