//! Signing in, and looking after accounts, in GraphQL.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::enums::Action;

use crate::{
    auth::{Credentials, account, credentials, grant, list, second_factor, session, sign_in},
    error::Result,
    graphql::{Connection, Count, Reply, actor, app, ask, operate, refusal, reply, request},
    id::{self, Kind},
    page::PageArgs,
};

mod input;
mod object;
mod payload;

pub use input::{
    AccountFilterInput, ChangePasswordInput, CreateAccountInput, CreateApiClientInput, GrantInput,
    GrantRoleInput, ResetCredentialsInput, RevokeGrantInput, RotateApiClientSecretInput,
    ScopeInput, SetAccountStatusInput, SignInInput,
};
pub use object::{Account, Grant, RateLimit, ScopeObject, Viewer};
pub use payload::{
    AccountPayload, ApiClientPayload, GrantPayload, SecondFactorEnrolment, SessionObject,
};

/// Queries about accounts.
#[derive(Default)]
pub struct AuthQuery;

#[Object]
impl AuthQuery {
    /// Whoever asks: the account, where it acts, and what it may do there.
    async fn viewer(&self, ctx: &Context<'_>) -> async_graphql::Result<Viewer> {
        view(ctx).await.map_err(|error| refusal(ctx, &error))
    }

    /// The accounts that one looks after, by name.
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which accounts; all where nothing is said.")] filter: Option<
            AccountFilterInput,
        >,
        #[graphql(desc = "Rows from the start, at most 100; 20 where nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Reply<Connection<Account>> {
        let page = PageArgs {
            first,
            after,
            last,
            before,
        };
        let filter = filter.map(Into::into).unwrap_or_default();
        ask(ctx, Action::ReadAccounts, async move |app, call| {
            let found = list::accounts(app, call.actor, &filter, &page).await?;
            let (counting, query) = (app.clone(), found.query);
            let counted: Count = Arc::new(move || {
                let (app, query) = (counting.clone(), query.clone());
                Box::pin(async move { list::count(&app, query).await })
            });
            let slice = found.slice.map(|(cursor, held)| (cursor, held.into()));
            Ok(Connection::new(slice, counted))
        })
        .await
    }
}

/// Sessions, accounts, grants and keys.
#[derive(Default)]
pub struct AuthMutation;

#[Object]
impl AuthMutation {
    /// Begins a session with user name and password 登录. Five failures in a row lock the account for 15 minutes.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "User name, password and, where one is set up, a code of the second factor."
        )]
        input: SignInInput,
    ) -> Reply<SessionObject> {
        reply(ctx, begin(ctx, input).await.map(Some))
    }

    /// Goes on with a session. The refresh token is used up; using one a second time ends the session.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The refresh token last given.", secret)] refresh_token: String,
    ) -> Reply<SessionObject> {
        reply(ctx, go_on(ctx, &refresh_token).await.map(Some))
    }

    /// Acts in the scope of another grant of one's own 切换身份: a new access token, and a new refresh token.
    async fn switch_scope(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grant, `grt_…`.")] grant: ID,
    ) -> Reply<SessionObject> {
        operate(ctx, Action::SwitchScope, async move |app, call| {
            let grant = id::decode(Kind::Grant, &grant, "grant")?;
            let issued = session::switch_scope(app, call.actor, grant).await?;
            shown(ctx, issued).await
        })
        .await
    }

    /// Ends the session 退出; its tokens stop to work within five seconds.
    async fn sign_out(&self, ctx: &Context<'_>) -> Reply<bool> {
        operate(ctx, Action::SignOut, async move |app, call| {
            session::sign_out(app, call.actor).await?;
            Ok(true)
        })
        .await
    }

    /// Changes one's own password 修改密码; one's other sessions end.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The present password and the new one.")] input: ChangePasswordInput,
    ) -> Reply<bool> {
        operate(ctx, Action::ChangePassword, async move |app, call| {
            let (current, new) = (&input.current_password, &input.new_password);
            credentials::change_password(app, call.actor, current, new).await?;
            Ok(true)
        })
        .await
    }

    /// Makes the secret of one's own second factor 二次验证, for an authenticator application. It counts once a first code was confirmed.
    async fn enrol_second_factor(&self, ctx: &Context<'_>) -> Reply<SecondFactorEnrolment> {
        operate(ctx, Action::EnrolSecondFactor, async move |app, call| {
            Ok(second_factor::enrol(app, call.actor).await?.into())
        })
        .await
    }

    /// Confirms one's own second factor with its first code; from now on sign-in asks for one.
    async fn confirm_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The six digits that the authenticator shows now.", secret)] code: String,
    ) -> Reply<bool> {
        operate(ctx, Action::EnrolSecondFactor, async move |app, call| {
            second_factor::confirm(app, call.actor, &code).await?;
            Ok(true)
        })
        .await
    }

    /// Opens an account for a person 开通账号.
    async fn create_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who it is for, and what the person may do.")] input: CreateAccountInput,
    ) -> Reply<AccountPayload> {
        operate(ctx, Action::CreateAccount, async move |app, call| {
            let opened = account::create_account(app, &call, &input.into()).await?;
            Ok(opened.into())
        })
        .await
    }

    /// Lets an account sign in, or keeps it from doing so 启用 / 停用; disabling ends its sessions.
    async fn set_account_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account, and whether it may sign in.")]
        input: SetAccountStatusInput,
    ) -> Reply<AccountPayload> {
        operate(ctx, Action::SetAccountStatus, async move |app, call| {
            let (id, version) = (&input.account, Some(input.version));
            let changed =
                credentials::set_account_status(app, &call, id, version, input.active).await?;
            Ok(changed.into())
        })
        .await
    }

    /// Gives a person a new password 重置密码, shown this once, and unlocks the account. Its sessions end.
    async fn reset_credentials(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account, and whether the second factor is dropped too.")]
        input: ResetCredentialsInput,
    ) -> Reply<AccountPayload> {
        operate(ctx, Action::ResetCredentials, async move |app, call| {
            let (id, version) = (&input.account, Some(input.version));
            let drop = input.drop_second_factor;
            let changed = credentials::reset_credentials(app, &call, id, version, drop).await?;
            Ok(changed.into())
        })
        .await
    }

    /// Creates an API client for a hospital system or a monitoring tool. Its secret is shown this once.
    async fn create_api_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is called, and what it may do.")] input: CreateApiClientInput,
    ) -> Reply<ApiClientPayload> {
        operate(ctx, Action::CreateApiClient, async move |app, call| {
            let opened = account::create_api_client(app, &call, &input.into()).await?;
            Ok(opened.into())
        })
        .await
    }

    /// Gives an API client a new secret, shown this once. The old one and the tokens fetched with it stop to work.
    async fn rotate_api_client_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which client.")] input: RotateApiClientSecretInput,
    ) -> Reply<ApiClientPayload> {
        operate(
            ctx,
            Action::RotateApiClientSecret,
            async move |app, call| {
                let (id, version) = (&input.account, Some(input.version));
                let changed =
                    credentials::rotate_api_client_secret(app, &call, id, version).await?;
                Ok(changed.into())
            },
        )
        .await
    }

    /// Grants a role in a scope for a time 授权. One account is never two of the three administrators 三员.
    async fn grant_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To whom, and what.")] input: GrantRoleInput,
    ) -> Reply<GrantPayload> {
        operate(ctx, Action::GrantRole, async move |app, call| {
            let (id, version, new) = (input.account, Some(input.version), input.grant.into());
            let changed = grant::grant_role(app, &call, &id, version, &new).await?;
            Ok(changed.into())
        })
        .await
    }

    /// Takes a grant back 撤销授权; it stops to count within five seconds.
    async fn revoke_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grant.")] input: RevokeGrantInput,
    ) -> Reply<GrantPayload> {
        operate(ctx, Action::RevokeGrant, async move |app, call| {
            let (id, version) = (&input.grant, Some(input.version));
            let changed = grant::revoke_grant(app, &call, id, version).await?;
            Ok(changed.into())
        })
        .await
    }

    /// Makes a new key for signing access tokens. Tokens signed before stay good until they end.
    async fn rotate_signing_key(&self, ctx: &Context<'_>) -> Reply<bool> {
        operate(ctx, Action::RotateSigningKey, async move |app, call| {
            super::rotate_signing_key(app, call.actor).await?;
            Ok(true)
        })
        .await
    }
}

async fn begin(ctx: &Context<'_>, input: SignInInput) -> Result<SessionObject> {
    let grant = input
        .grant
        .map(|grant| id::decode(Kind::Grant, &grant, "input.grant"))
        .transpose()?;
    let credentials = Credentials {
        username: input.username,
        password: input.password,
        code: input.code,
        grant,
    };
    let issued = sign_in(app(ctx)?, credentials, request(ctx)?.clone()).await?;
    shown(ctx, issued).await
}

async fn go_on(ctx: &Context<'_>, refresh_token: &str) -> Result<SessionObject> {
    let issued = session::refresh(app(ctx)?, refresh_token, request(ctx)?.clone()).await?;
    shown(ctx, issued).await
}

/// A session with whoever its token makes of its bearer.
async fn shown(ctx: &Context<'_>, issued: session::Issued) -> Result<SessionObject> {
    let (app, request) = (app(ctx)?, request(ctx)?.clone());
    let actor = super::actor(app, &issued.access_token, request).await?;
    let held = list::own(app, &actor).await?;
    Ok(SessionObject::new(issued, Viewer::new(actor, held)))
}

async fn view(ctx: &Context<'_>) -> Result<Viewer> {
    let actor = actor(ctx)?;
    let held = list::own(app(ctx)?, actor).await?;
    Ok(Viewer::new(actor.clone(), held))
}
