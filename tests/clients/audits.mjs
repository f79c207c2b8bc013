// GraphQL over HTTP: every audit of graphql-http's suite, MUST, SHOULD and MAY.

import { serverAudits } from 'graphql-http';

import { address, authorization, run } from './steps.mjs';

const audits = serverAudits({
  url: `${address}/graphql`,
  fetchFn: (url, init) => fetch(url, { ...init, headers: { ...init?.headers, ...authorization } }),
});

await run(
  Object.fromEntries(
    audits.map((audit) => [
      `${audit.id} ${audit.name}`,
      async () => {
        const result = await audit.fn();
        if (result.status !== 'ok') throw new Error(`${result.status}: ${result.reason}`);
      },
    ]),
  ),
);
