//! What figures are told apart by: closed sets, so that their number does not grow with use and nobody is named.

use http::StatusCode;

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/graphql` and what is below.
    Graphql,
    /// `/files` and what is below.
    Files,
    /// `/oauth` and the keys that tokens are checked by.
    Oauth,
    /// Anywhere else.
    Other,
}

impl Route {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Graphql, Self::Files, Self::Oauth, Self::Other];

    /// Where the request for that path goes.
    #[must_use]
    pub fn of(path: &str) -> Self {
        match path.split('/').nth(1) {
            Some("graphql") => Self::Graphql,
            Some("files") => Self::Files,
            Some("oauth" | ".well-known") => Self::Oauth,
            _ => Self::Other,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Graphql => "graphql",
            Self::Files => "files",
            Self::Oauth => "oauth",
            Self::Other => "other",
        }
    }
}

/// What an operation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// It reads.
    Query,
    /// It changes something.
    Mutation,
    /// It follows.
    Subscription,
    /// It was refused before that was known.
    #[default]
    Unknown,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Query,
        Self::Mutation,
        Self::Subscription,
        Self::Unknown,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
            Self::Unknown => "unknown",
        }
    }
}

/// What there may only be so much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Points that a client spends on operations.
    Points,
    /// Attempts to sign in or to fetch a token.
    SignIns,
    /// Sockets of an account.
    Sockets,
    /// Operations of an account over sockets or as streams of events.
    Subscriptions,
    /// Connections, in all or of an address.
    Connections,
}

impl Limit {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Points,
        Self::SignIns,
        Self::Sockets,
        Self::Subscriptions,
        Self::Connections,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::SignIns => "sign_ins",
            Self::Sockets => "sockets",
            Self::Subscriptions => "subscriptions",
            Self::Connections => "connections",
        }
    }
}

/// Where a connection comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// Where clients call.
    Public,
    /// Where monitors ask.
    Admin,
}

impl Listener {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Public, Self::Admin];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Admin => "admin",
        }
    }
}

/// The class of a status.
pub(super) fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_a_route_and_no_more() {
        for (path, route) in [
            ("/graphql", Route::Graphql),
            ("/graphql/ws", Route::Graphql),
            ("/graphqlx", Route::Other),
            ("/files/fil_1", Route::Files),
            ("/oauth/token", Route::Oauth),
            ("/.well-known/jwks.json", Route::Oauth),
            ("/", Route::Other),
            ("*", Route::Other),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
    }
}
