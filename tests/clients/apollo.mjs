// Apollo Client: it reads and posts a referral, by persisted queries too, and follows over graphql-ws.

import { createHash } from 'node:crypto';

import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

import { CHANGED, follows, INBOX, letter, POST } from './letter.mjs';
import { address, authorization, fails, holds, run, same } from './steps.mjs';

const uri = `${address}/graphql`;

/** A client, and what it has sent. */
function client(link = (http) => http) {
  const sent = [];
  const http = new HttpLink({
    uri,
    headers: authorization,
    fetch: (url, init) => {
      sent.push({ method: init.method, url: String(url), body: init.body && JSON.parse(init.body) });
      return fetch(url, init);
    },
  });
  return { apollo: new ApolloClient({ link: link(http), cache: new InMemoryCache() }), sent };
}

const persisted = (options) => (http) =>
  new PersistedQueryLink({
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    ...options,
  }).concat(http);

/** A document that nobody has asked for before. */
const fresh = () => gql(INBOX.replace('Inbox', `Inbox${process.pid}x${Math.random().toString(36).slice(2)}`));

const variables = { first: 3 };

await run({
  'it reads': async () => {
    const { data } = await client().apollo.query({ query: gql(INBOX), variables });
    same(data.viewer.__typename, 'Viewer');
    holds(Array.isArray(data.referrals.edges), 'there are referrals');
  },
  'it posts': async () => {
    const { apollo } = client();
    const { data } = await apollo.mutate({ mutation: gql(POST), variables: { input: await letter() } });
    same(data.submitReferral.referral.status, 'SUBMITTED');
  },
  'what is refused is a GraphQL error with its code': async () => {
    const query = gql('query Refused { referrals(first: 0) { totalCount } }');
    const fault = await fails(client().apollo.query({ query }), 'the query');
    holds(CombinedGraphQLErrors.is(fault), `it is ${fault.name}: ${fault.message}`);
    same(fault.errors[0].extensions.code, 'INVALID_INPUT');
    const invalid = await fails(client().apollo.query({ query: gql('{ nothing }') }), 'the query');
    holds(CombinedGraphQLErrors.is(invalid), `it is ${invalid.name}: ${invalid.message}`);
  },
  'it follows': async () => {
    const socket = createClient({
      url: `${address.replace(/^http/, 'ws')}/graphql/ws`,
      webSocketImpl: WebSocket,
      connectionParams: authorization,
    });
    const { apollo } = client(() => new GraphQLWsLink(socket));
    const told = [];
    const following = apollo.subscribe({ query: gql(CHANGED) }).subscribe({
      next: ({ data }) => told.push(data.referralChanged.id),
    });
    await follows(() => told);
    following.unsubscribe();
    await socket.dispose();
  },
  'persisted queries: registered once, then the hash alone': async () => {
    const query = fresh();
    const first = client(persisted());
    same((await first.apollo.query({ query, variables })).data.viewer.__typename, 'Viewer');
    same(first.sent.map(({ body }) => [typeof body.query, typeof body.extensions?.persistedQuery?.sha256Hash]), [
      ['undefined', 'string'],
      ['string', 'string'],
    ]);
    const second = client(persisted());
    same((await second.apollo.query({ query, variables })).data.viewer.__typename, 'Viewer');
    same(second.sent.map(({ body }) => typeof body.query), ['undefined']);
  },
  'persisted queries: the hash by GET': async () => {
    const query = fresh();
    for (const methods of [['GET', 'POST'], ['GET']]) {
      const { apollo, sent } = client(persisted({ useGETForHashedQueries: true }));
      same((await apollo.query({ query, variables })).data.viewer.__typename, 'Viewer');
      same(sent.map(({ method }) => method), methods);
    }
  },
  'persisted queries: a mutation by its hash': async () => {
    const { apollo, sent } = client(persisted({ useGETForHashedQueries: true }));
    const { data } = await apollo.mutate({ mutation: gql(POST), variables: { input: await letter() } });
    same(data.submitReferral.referral.status, 'SUBMITTED');
    holds(sent.every(({ method }) => method === 'POST'), 'mutations are posted');
  },
});
