// The page around GraphiQL: who asks, by a token that is kept for this browser tab at most, and examples to begin with.
"use strict";

(async () => {
  /** Whether the service shows its schema to callers without a token. */
  const open = document.currentScript.dataset.open === "true";
  // For the style that GraphiQL's dialogues bring: the library that makes it looks here.
  window.__webpack_nonce__ = document.currentScript.nonce;
  const main = document.querySelector("#explorer");
  const caller = document.querySelector("#caller");
  const box = document.querySelector("#token");
  const forget = document.querySelector("#forget");

  if (!window.React || !window.ReactDOM || !window.GraphiQL) {
    const said = document.createElement("p");
    said.textContent = "GraphiQL could not be loaded 无法加载 GraphiQL. The API itself is at /graphql.";
    main.append(said);
    return;
  }

  const endpoint = new URL("../graphql", location.href);
  const socket = new URL("../graphql/ws", location.href);
  socket.protocol = socket.protocol.replace("http", "ws");

  /** GraphiQL's tabs may hold patients as well: nothing outlives the browser tab. */
  const storage = (() => {
    try {
      return window.sessionStorage;
    } catch {
      return null;
    }
  })();
  const KEPT = "liandong:token";
  let token = storage?.getItem(KEPT) ?? "";

  const examples = await (await fetch("examples.json")).json();
  const root = ReactDOM.createRoot(main);
  const show = () => {
    forget.hidden = !token;
    root.render(
      React.createElement(GraphiQL, {
        // Another caller is another fetcher, with which GraphiQL reads the schema again.
        fetcher: fetcherOf(token),
        defaultTabs: examples,
        storage,
        shouldPersistHeaders: false,
        isHeadersEditorEnabled: false,
        defaultEditorToolsVisibility: "variables",
      }),
    );
  };

  function fetcherOf(token) {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const ask = GraphiQL.createFetcher({
      url: endpoint.href,
      // What goes in the headers of a request goes in the payload of `connection_init`.
      subscriptionUrl: socket.href,
      enableIncrementalDelivery: false,
      fetch: (address, options) => fetch(address, { ...options, credentials: "omit", redirect: "error" }),
    });
    return (request, options) => {
      if (!token && !open && request.operationName === "IntrospectionQuery") {
        throw new Error("The schema is for those who have signed in: put an access token in the box above 请先填写访问令牌.");
      }
      return ask(...current(request, { ...options, headers }));
    };
  }

  /** GraphiQL takes a moment to notice another tab's document; whoever runs it at once would send the name of the tab before. */
  function current(request, options) {
    const { parse, getOperationAST } = GraphiQL.GraphQL;
    try {
      const documentAST = parse(request.query);
      const named = getOperationAST(documentAST, request.operationName);
      const operation = named ?? getOperationAST(documentAST);
      return [{ ...request, operationName: operation?.name?.value }, { ...options, documentAST }];
    } catch {
      // What does not parse is the service's to refuse.
      return [request, options];
    }
  }

  /** Says whose token it is. */
  async function name() {
    const asked = token;
    tell("");
    if (!asked) {
      return;
    }
    try {
      const answer = await fetcherOf(asked)({ query: "{ viewer { roles account { displayName } institution { name } } }" });
      if (asked !== token) {
        return;
      }
      const viewer = answer.data?.viewer;
      if (viewer) {
        tell([viewer.account.displayName, viewer.institution?.name, viewer.roles.join(", ")].filter(Boolean).join(" · "));
      } else {
        tell("The token is not valid, or not any more 令牌无效或已过期", true);
      }
    } catch {
      tell("The service does not answer 服务无响应", true);
    }
  }

  function tell(text, refused = false) {
    caller.textContent = text;
    caller.classList.toggle("refused", refused);
  }

  function use(next) {
    token = next;
    box.value = "";
    try {
      token ? storage?.setItem(KEPT, token) : storage?.removeItem(KEPT);
    } catch {
      // A full storage keeps nothing; the token is good until the page is left.
    }
    show();
    name();
  }

  document.querySelector("#sign-in").addEventListener("submit", (event) => {
    event.preventDefault();
    const given = box.value.trim().replace(/^bearer\s+/i, "");
    if (given) {
      use(given);
    }
  });
  forget.addEventListener("click", () => use(""));

  show();
  name();
})();
