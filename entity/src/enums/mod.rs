//! The coded values that the database stores and the API shows: one Rust enum serves both.
//!
//! A value is stored, serialised and shown under the same upper-case name, so that what an operator sees in a table, a
//! hospital system in an answer and a developer in the code is one word. What the comments say of a value, its Chinese term among it, is
//! data too: [`sets`] lists it, so that nobody types it twice.

macro_rules! coded {
    ($($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $code:literal),+ $(,)? })+) => {
        /// The coded sets of this file.
        pub(super) const SETS: &[super::CodedSet] = &[$(super::CodedSet {
            name: stringify!($name),
            about: concat!($($about),+),
            values: &[$(super::Coded { code: $code, about: concat!($($doc),+) }),+],
        }),+];
    $(
        $(#[doc = $about])+
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum,
            async_graphql::Enum, Serialize, Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $($(#[doc = $doc])+ #[sea_orm(string_value = $code)] #[serde(rename = $code)] #[graphql(name = $code)] $variant),+
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
mod alliance;
mod capacity;
mod dispatch;
mod family;
mod file;
mod follow_up;
mod indicator;
mod network;
mod order;
mod patient;
mod record;
mod referral;
mod throughput;

pub use account::*;
pub use alliance::*;
pub use capacity::*;
pub use dispatch::*;
pub use family::*;
pub use file::*;
pub use follow_up::*;
pub use indicator::*;
pub use network::*;
pub use order::*;
pub use patient::*;
pub use record::*;
pub use referral::*;
pub use throughput::*;

/// A coded set, as its documentation describes it.
#[derive(Clone, Copy, Debug)]
pub struct CodedSet {
    /// Its name, `CertificateKind`.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Its values.
    pub values: &'static [Coded],
}

/// A value of a coded set.
#[derive(Clone, Copy, Debug)]
pub struct Coded {
    /// The name under which it is stored and shown.
    pub code: &'static str,
    /// What it is.
    pub about: &'static str,
}

/// Every coded set.
pub fn sets() -> impl Iterator<Item = &'static CodedSet> {
    [
        account::SETS,
        alliance::SETS,
        capacity::SETS,
        family::SETS,
        dispatch::SETS,
        file::SETS,
        follow_up::SETS,
        indicator::SETS,
        network::SETS,
        order::SETS,
        patient::SETS,
        record::SETS,
        referral::SETS,
        throughput::SETS,
        std::slice::from_ref(&referral::TRANSPORT),
    ]
    .into_iter()
    .flatten()
}
