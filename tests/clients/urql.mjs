// urql: it reads and posts a referral, by persisted queries too, and follows over graphql-ws and over server-sent events.

import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

import { CHANGED, follows, INBOX, letter, POST } from './letter.mjs';
import { address, authorization, holds, run, same } from './steps.mjs';

/** A client, and what it has sent. */
function client(exchanges, options = {}) {
  const sent = [];
  const urql = new Client({
    url: `${address}/graphql`,
    fetchOptions: { headers: authorization },
    preferGetMethod: false,
    exchanges: [...exchanges, fetchExchange],
    fetch: (url, init) => {
      sent.push({ method: init.method, body: init.body && JSON.parse(init.body) });
      return fetch(url, init);
    },
    ...options,
  });
  return { urql, sent };
}

/** The data of an answer without errors. */
async function data(answer) {
  const { data, error } = await answer;
  if (error) throw error;
  return data;
}

/** A document that nobody has asked for before. */
const fresh = () => INBOX.replace('Inbox', `Inbox${process.pid}x${Math.random().toString(36).slice(2)}`);

/** A change reaches who follows. */
async function isTold(urql) {
  const told = [];
  let fault;
  const { unsubscribe } = urql.subscription(CHANGED, {}).subscribe(({ data, error }) => {
    if (error) fault = error;
    else told.push(data.referralChanged.id);
  });
  try {
    await follows(() => {
      if (fault) throw fault;
      return told;
    });
  } finally {
    unsubscribe();
  }
}

const variables = { first: 3 };

await run({
  'it reads': async () => {
    const { urql } = client([]);
    holds((await data(urql.query(INBOX, variables))).viewer.roles.length > 0, 'there are roles');
  },
  'it reads by GET': async () => {
    const { urql, sent } = client([], { preferGetMethod: 'force' });
    holds((await data(urql.query(INBOX, variables))).viewer.roles.length > 0, 'there are roles');
    same(sent.map(({ method }) => method), ['GET']);
  },
  'it posts': async () => {
    const { urql } = client([]);
    const posted = await data(urql.mutation(POST, { input: await letter() }));
    same(posted.submitReferral.referral.status, 'SUBMITTED');
  },
  'what is refused is a GraphQL error with its code': async () => {
    const { urql } = client([]);
    const { error } = await urql.query('{ referrals(first: 0) { totalCount } }', {});
    same(error.graphQLErrors[0].extensions.code, 'INVALID_INPUT');
    const invalid = await urql.query('{ nothing }', {});
    same(invalid.error.graphQLErrors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  },
  'it follows over WebSocket': async () => {
    const socket = createClient({
      url: `${address.replace(/^http/, 'ws')}/graphql/ws`,
      webSocketImpl: WebSocket,
      connectionParams: authorization,
    });
    const forward = subscriptionExchange({
      forwardSubscription: (request) => ({
        subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query ?? '' }, sink) }),
      }),
    });
    await isTold(client([forward]).urql);
    await socket.dispose();
  },
  'it follows over server-sent events': () => isTold(client([], { fetchSubscriptions: true }).urql),
  'persisted queries: registered once, then the hash alone, by GET': async () => {
    const query = fresh();
    const exchanges = () => [persistedExchange({ preferGetForPersistedQueries: true })];
    const first = client(exchanges());
    await data(first.urql.query(query, variables));
    same(first.sent.length, 2);
    const second = client(exchanges());
    await data(second.urql.query(query, variables));
    same(second.sent.map(({ method }) => method), ['GET']);
  },
  'persisted queries: a mutation by its hash': async () => {
    const { urql } = client([persistedExchange({ enableForMutation: true })]);
    const posted = await data(urql.mutation(POST, { input: await letter() }));
    same(posted.submitReferral.referral.status, 'SUBMITTED');
  },
});
