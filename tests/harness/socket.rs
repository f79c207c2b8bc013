//! A client of the service over WebSocket, by the protocol graphql-transport-ws.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{ClientRequestBuilder, Error, Message},
};

use super::client::Client;

/// Longer than anything takes that is to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// It is not taken, for that status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused(pub u16);

/// What the service says next.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// A message.
    Message(Value),
    /// It closed the connection, with that code.
    Closed(u16),
}

impl Socket {
    /// Connects, offering that protocol.
    pub async fn connect(client: &Client, protocol: Option<&str>) -> Self {
        let address = client.socket_address().parse().expect("an address");
        let mut request = ClientRequestBuilder::new(address);
        if let Some(protocol) = protocol {
            request = request.with_sub_protocol(protocol);
        }
        let (stream, _) = connect_async(request).await.expect("the service takes it");
        Self(stream)
    }

    /// Connects as a page of that origin does.
    pub async fn open(client: &Client, origin: Option<&str>) -> Result<Self, Refused> {
        let address = client.socket_address().parse().expect("an address");
        let mut request =
            ClientRequestBuilder::new(address).with_sub_protocol("graphql-transport-ws");
        if let Some(origin) = origin {
            request = request.with_header("origin", origin);
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(Error::Http(refused)) => Err(Refused(refused.status().as_u16())),
            Err(fault) => panic!("the service answers: {fault}"),
        }
    }

    /// Connects, and introduces itself with the client's token.
    pub async fn of(client: &Client) -> Self {
        let mut socket = Self::connect(client, Some("graphql-transport-ws")).await;
        let token = client.token().expect("somebody who has signed in");
        let payload = json!({ "authorization": format!("Bearer {token}") });
        socket
            .send(json!({ "type": "connection_init", "payload": payload }))
            .await;
        assert_eq!(socket.message().await, json!({ "type": "connection_ack" }));
        socket
    }

    /// Says something.
    pub async fn send(&mut self, message: Value) {
        self.send_text(&message.to_string()).await;
    }

    /// Says something that may be no message.
    pub async fn send_text(&mut self, text: &str) {
        let sent = self.0.send(Message::Text(text.to_owned().into())).await;
        sent.expect("the connection is open");
    }

    /// Says something that may be no message, to a service that may have gone.
    pub async fn try_send_text(&mut self, text: &str) -> bool {
        let message = Message::Text(text.to_owned().into());
        self.0.send(message).await.is_ok()
    }

    /// Says something that is no text.
    pub async fn send_bytes(&mut self) {
        let sent = self.0.send(Message::Binary(vec![1].into())).await;
        sent.expect("the connection is open");
    }

    /// Asks for an operation.
    pub async fn subscribe(&mut self, id: &str, document: &str, variables: Value) {
        let payload = json!({ "query": document, "variables": variables });
        self.send(json!({ "id": id, "type": "subscribe", "payload": payload }))
            .await;
    }

    /// What the service says next; it says something.
    pub async fn next(&mut self) -> Said {
        let said = self.next_within(PATIENCE).await;
        said.expect("the service says something")
    }

    /// What the service says within that time.
    pub async fn next_within(&mut self, time: Duration) -> Option<Said> {
        time::timeout(time, async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        let message = serde_json::from_str(&text).expect("messages are JSON");
                        return Said::Message(message);
                    }
                    Some(Ok(Message::Close(Some(frame)))) => {
                        return Said::Closed(frame.code.into());
                    }
                    Some(Ok(Message::Close(None)) | Err(_)) | None => return Said::Closed(1006),
                    Some(Ok(_)) => {}
                }
            }
        })
        .await
        .ok()
    }

    /// The next message.
    pub async fn message(&mut self) -> Value {
        match self.next().await {
            Said::Message(message) => message,
            Said::Closed(code) => panic!("the service closed the connection: {code}"),
        }
    }

    /// The data of the next result of that operation.
    pub async fn data(&mut self, id: &str) -> Value {
        let message = self.message().await;
        assert_eq!(
            (&message["id"], &message["type"]),
            (&json!(id), &json!("next")),
            "{message}"
        );
        assert_eq!(message["payload"]["errors"], Value::Null, "{message}");
        message["payload"]["data"].clone()
    }

    /// Nothing comes for a while.
    pub async fn is_silent(&mut self) {
        let said = self.next_within(Duration::from_millis(900)).await;
        assert_eq!(said, None);
    }
}
