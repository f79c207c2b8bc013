//! The coded values that the database stores and the API shows: one Rust enum serves both.
//!
//! A value is stored, serialised and shown under the same upper-case name, so that what an operator sees in a table, a
//! hospital system in an answer and a developer in the code is one word.

macro_rules! coded {
    ($($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal),+ $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum,
            async_graphql::Enum, Serialize, Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $($(#[$doc])* #[sea_orm(string_value = $code)] #[serde(rename = $code)] #[graphql(name = $code)] $variant),+
        }

        impl $name {
            /// Every value, in the order of its definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name under which the value is stored and shown.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The value of that name, if there is one.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    )+};
}

use coded;

mod account;
mod network;
mod patient;
mod record;
mod referral;

pub use account::*;
pub use network::*;
pub use patient::*;
pub use record::*;
pub use referral::*;
