//! Which media types a request carries and takes.

use std::cmp::Reverse;

use axum::http::{HeaderMap, HeaderValue, header};

/// What an answer is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/json`.
    Json,
    /// `application/graphql-response+json`.
    GraphqlResponse,
}

impl Media {
    /// The `Content-Type` of the answer.
    pub(super) const fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }
}

/// What a request takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Accepted {
    /// The JSON that it would like best, where it takes any.
    pub json: Option<Media>,
    /// Whether it takes an event stream.
    pub events: bool,
}

impl Accepted {
    /// Whether the request takes anything of ours.
    pub(super) const fn is_something(self) -> bool {
        self.json.is_some() || self.events
    }

    /// What an answer in JSON is written as.
    pub(super) fn media(self) -> Media {
        self.json.unwrap_or(Media::Json)
    }
}

/// A media range of an `Accept` header.
struct Range {
    name: String,
    quality: u16,
}

/// What the request takes; who does not say takes JSON. Event streams are for those who name them.
pub(super) fn accepted(headers: &HeaderMap) -> Accepted {
    let ranges = ranges(headers);
    if ranges.is_empty() {
        return Accepted {
            json: Some(Media::Json),
            events: false,
        };
    }
    // The most specific range counts, and of those that are liked alike the one that is named first.
    let liked = |names: &[&str]| {
        let range = |name: &&str| {
            ranges
                .iter()
                .enumerate()
                .find(|(_, range)| range.name == *name)
        };
        let (place, range) = names.iter().find_map(range)?;
        (range.quality > 0).then_some((range.quality, Reverse(place)))
    };
    let wild = ["application/*", "*/*"];
    let json = liked(&["application/json", wild[0], wild[1]]);
    let graphql = liked(&["application/graphql-response+json", wild[0], wild[1]]);
    Accepted {
        json: match (json, graphql) {
            (None, None) => None,
            (json, graphql) if graphql > json => Some(Media::GraphqlResponse),
            _ => Some(Media::Json),
        },
        events: liked(&["text/event-stream"]).is_some(),
    }
}

fn ranges(headers: &HeaderMap) -> Vec<Range> {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next()?.to_ascii_lowercase();
            let quality = parts.find_map(quality).unwrap_or(1000);
            (!name.is_empty()).then_some(Range { name, quality })
        })
        .collect()
}

/// `q=0.5` in thousandths.
fn quality(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let fraction: u16 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some((whole.parse::<u16>().ok()?.min(1) * 1000 + fraction).min(1000))
}

/// Whether the request's body is JSON in UTF-8.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Some(text) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let mut parts = text.split(';').map(str::trim);
    let json = parts
        .next()
        .is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    json && parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn takes_what_is_liked_best() {
        assert_eq!(accepted(&HeaderMap::new()).json, Some(Media::Json));
        for (text, expected) in [
            ("*/*", Some(Media::Json)),
            ("application/json", Some(Media::Json)),
            (
                "Application/GraphQL-Response+JSON; charset=utf-8",
                Some(Media::GraphqlResponse),
            ),
            (
                "application/json;q=0.5, application/graphql-response+json",
                Some(Media::GraphqlResponse),
            ),
            (
                "application/graphql-response+json;q=0.9, application/json",
                Some(Media::Json),
            ),
            (
                "application/graphql-response+json, application/json",
                Some(Media::GraphqlResponse),
            ),
            ("image/png, application/*;q=0.1", Some(Media::Json)),
            ("application/json;q=0", None),
            ("application/json;q=0, */*", Some(Media::GraphqlResponse)),
            ("text/html", None),
            ("text/event-stream", None),
        ] {
            let accepted = accepted(&headers(header::ACCEPT, text));
            assert_eq!(accepted.json, expected, "{text}");
        }
    }

    #[test]
    fn event_streams_are_for_those_who_name_them() {
        for (text, expected) in [
            ("text/event-stream", true),
            ("application/json, text/event-stream, multipart/mixed", true),
            ("text/event-stream;q=0", false),
            ("*/*", false),
            ("application/json", false),
        ] {
            let accepted = accepted(&headers(header::ACCEPT, text));
            assert_eq!(accepted.events, expected, "{text}");
        }
    }

    #[test]
    fn json_is_told_from_the_rest() {
        for (text, expected) in [
            ("application/json", true),
            ("application/json; charset=UTF-8", true),
            ("application/json; charset=\"utf-8\"", true),
            ("application/json; charset=gbk", false),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("multipart/form-data; boundary=x", false),
            ("application/graphql", false),
        ] {
            assert_eq!(
                is_json(&headers(header::CONTENT_TYPE, text)),
                expected,
                "{text}"
            );
        }
    }
}
