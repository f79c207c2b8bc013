//! The messages of graphql-transport-ws.

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes};
use serde::Serialize;
use serde_json::{Map, Value};

/// The subprotocol.
pub(super) const PROTOCOL: &str = "graphql-transport-ws";
/// Longest id of an operation.
const LONGEST_ID: usize = 100;
/// Bytes of the reason in a close frame.
const LONGEST_REASON: usize = 123;

/// What a client says.
pub(super) enum FromClient {
    /// It introduces itself.
    Init(Map<String, Value>),
    /// It asks whether anybody is there.
    Ping,
    /// It is there.
    Pong,
    /// It wants an operation run.
    Subscribe {
        /// Its name for it.
        id: String,
        /// The request.
        payload: Value,
    },
    /// It wants no more of an operation.
    Complete {
        /// Its name for it.
        id: String,
    },
}

impl FromClient {
    /// Reads a message; none where it is not one of the protocol.
    pub(super) fn read(text: &str) -> Option<Self> {
        let Value::Object(mut message) = serde_json::from_str(text).ok()? else {
            return None;
        };
        let payload = message.remove("payload");
        let object = match &payload {
            None | Some(Value::Null) => Some(Map::new()),
            Some(Value::Object(object)) => Some(object.clone()),
            Some(_) => None,
        };
        let id = match message.remove("id") {
            Some(Value::String(id)) if (1..=LONGEST_ID).contains(&id.len()) => Some(id),
            _ => None,
        };
        Some(match message.get("type")?.as_str()? {
            "connection_init" => Self::Init(object?),
            "ping" => object.map(|_| Self::Ping)?,
            "pong" => object.map(|_| Self::Pong)?,
            "subscribe" => Self::Subscribe {
                id: id?,
                payload: payload?,
            },
            "complete" => Self::Complete { id: id? },
            _ => return None,
        })
    }
}

/// What the service says of no operation.
pub(super) fn plain(kind: &str) -> Message {
    Message::Text(format!(r#"{{"type":"{kind}"}}"#).into())
}

/// What the service says of an operation, with a payload that is JSON already.
pub(super) fn about(id: &str, kind: &str, payload: Option<&[u8]>) -> Message {
    #[derive(Serialize)]
    struct About<'a> {
        id: &'a str,
        r#type: &'a str,
    }
    let head = serde_json::to_string(&About { id, r#type: kind });
    let mut text = head.expect("two texts serialise");
    if let Some(payload) = payload {
        text.pop();
        text.push_str(",\"payload\":");
        text.push_str(&String::from_utf8_lossy(payload));
        text.push('}');
    }
    Message::Text(text.into())
}

/// Why the service ends a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Close {
    /// The service stops; another process may take over.
    Stopping,
    /// The client is too slow, or the service cannot serve it at the moment.
    TryLater,
    /// The account has as many connections as it may have.
    TooManySockets,
    /// A message that is none of the protocol.
    BadMessage,
    /// An operation before the introduction, or a token that is good no more.
    Unauthorized,
    /// A token that is not good.
    Forbidden,
    /// Another protocol.
    BadProtocol,
    /// No introduction in time.
    InitTimeout,
    /// Two operations of that id.
    DuplicateId(String),
    /// Two introductions.
    TooManyInits,
}

impl Close {
    /// Its code, as the protocol has it where it has one.
    pub(super) const fn code(&self) -> u16 {
        match self {
            Self::Stopping => 1001,
            Self::TryLater | Self::TooManySockets => 1013,
            Self::BadMessage => 4400,
            Self::Unauthorized => 4401,
            Self::Forbidden => 4403,
            Self::BadProtocol => 4406,
            Self::InitTimeout => 4408,
            Self::DuplicateId(_) => 4409,
            Self::TooManyInits => 4429,
        }
    }

    /// Why, as the protocol says it where it does.
    fn reason(&self) -> Utf8Bytes {
        Utf8Bytes::from_static(match self {
            Self::Stopping => "The service stops",
            Self::TryLater => "Too slow; go on with changes",
            Self::TooManySockets => "Too many connections of this account",
            Self::BadMessage => "Invalid message",
            Self::Unauthorized => "Unauthorized",
            Self::Forbidden => "Forbidden",
            Self::BadProtocol => "Subprotocol not acceptable",
            Self::InitTimeout => "Connection initialisation timeout",
            Self::DuplicateId(id) => {
                let mut reason = format!("Subscriber for {id} already exists");
                reason.truncate(reason.floor_char_boundary(LONGEST_REASON));
                return reason.into();
            }
            Self::TooManyInits => "Too many initialisation requests",
        })
    }

    /// The frame that says so.
    pub(super) fn frame(&self) -> Message {
        Message::Close(Some(CloseFrame {
            code: self.code(),
            reason: self.reason(),
        }))
    }
}

/// The access token of an introduction: `authorization: "Bearer …"`, or `token`.
pub(super) fn token(payload: &Map<String, Value>) -> Option<&str> {
    if let Some(token) = payload.get("token") {
        return token.as_str();
    }
    let header = payload
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let (scheme, token) = header?.1.as_str()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_none_of_the_protocol_is_not_read() {
        for text in [
            "",
            "{",
            "[]",
            r#"{ "id": "1" }"#,
            r#"{ "type": 1 }"#,
            r#"{ "type": "start" }"#,
            r#"{ "type": "connection_ack" }"#,
            r#"{ "type": "connection_init", "payload": "x" }"#,
            r#"{ "type": "ping", "payload": [] }"#,
            r#"{ "type": "subscribe", "payload": {} }"#,
            r#"{ "type": "subscribe", "id": "1" }"#,
            r#"{ "type": "subscribe", "id": "", "payload": {} }"#,
            r#"{ "type": "subscribe", "id": 1, "payload": {} }"#,
            r#"{ "type": "complete" }"#,
        ] {
            assert!(FromClient::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_message_about_an_operation_is_json() {
        let Message::Text(text) = about("\"1\"", "next", Some(b"{\"data\":null}")) else {
            panic!("a text");
        };
        let message: Value = serde_json::from_str(&text).expect("JSON");
        let expected = json!({ "id": "\"1\"", "type": "next", "payload": { "data": null } });
        assert_eq!(message, expected);
    }

    #[test]
    fn a_token_is_found_where_clients_put_it() {
        for payload in [
            json!({ "token": "x" }),
            json!({ "authorization": "Bearer x" }),
            json!({ "Authorization": "bearer  x" }),
        ] {
            assert_eq!(token(payload.as_object().expect("an object")), Some("x"));
        }
        for payload in [
            json!({}),
            json!({ "token": 1 }),
            json!({ "authorization": "x" }),
            json!({ "authorization": "Basic x" }),
        ] {
            assert_eq!(token(payload.as_object().expect("an object")), None);
        }
    }
}
