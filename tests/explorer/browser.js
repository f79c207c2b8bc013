// Uses the explorer as somebody in a hospital without the internet would: in Chromium, where no host but the service can be found.
//
//     EXPLORER_URL=http://127.0.0.1:8080 EXPLORER_TOKEN=… EXPLORER_CALLER=… CHROMIUM=/usr/bin/chromium SCREENSHOTS=folder node browser.js
//
// Ends with 1 and says what was wrong; a violation of the page's own policy, a failed request and an error on the console are wrong.

import assert from "node:assert/strict";
import { join } from "node:path";
import { chromium } from "playwright-core";

const { EXPLORER_URL, EXPLORER_TOKEN, EXPLORER_CALLER, CHROMIUM, SCREENSHOTS } = process.env;
// Other tests run beside it.
const PATIENCE = 120_000;

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
  ],
});
try {
  await explore(await browser.newContext({ viewport: { width: 1400, height: 900 } }));
} finally {
  await browser.close();
}

async function explore(context) {
  const wrong = [];
  const asked = [];
  await context.exposeBinding("policyViolated", (_, what) => wrong.push(`against the policy: ${what}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
      window.policyViolated(`${violatedDirective} ${blockedURI} (${sourceFile}:${lineNumber})`),
    );
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on("request", (request) => asked.push(request.url()));
  page.on("requestfailed", (request) => wrong.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  page.on("response", (response) => response.ok() || wrong.push(`${response.status()} ${response.url()}`));
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && wrong.push(`console: ${message.text()}`));

  const steps = [opens, signsIn, showsDocumentation, runsTheInbox, followsChanges, usesTheRest, keepsTheTokenForTheTab, forgets];
  for (const [number, step] of steps.entries()) {
    const since = performance.now();
    try {
      await step(page);
    } finally {
      console.log(`${step.name}: ${Math.round(performance.now() - since)} ms`);
      await page.screenshot({ path: join(SCREENSHOTS, `explorer-${number + 1}.png`) });
    }
    assert.deepEqual(wrong, [], step.name);
  }

  const elsewhere = asked.filter((url) => !url.startsWith(EXPLORER_URL) && !url.startsWith("data:"));
  assert.deepEqual(elsewhere, [], "the page asks other hosts");
  assert.ok(!asked.some((url) => url.includes(EXPLORER_TOKEN)), "the token is in an address");
}

async function opens(page) {
  await page.goto(`${EXPLORER_URL}/explorer/`);
  await page.locator(".graphiql-container").waitFor();
  const tabs = await page.locator(".graphiql-tab").allInnerTexts();
  assert.deepEqual(
    tabs.map((tab) => tab.trim()),
    ["Inbox", "Destinations", "Submit", "Accept", "Timeline", "Changes"],
  );
  await settled(page);
}

async function signsIn(page) {
  await page.getByLabel("Access token").fill(`Bearer ${EXPLORER_TOKEN}`);
  const schema = page.waitForResponse((response) => response.request().postData()?.includes("IntrospectionQuery"));
  await page.getByRole("button", { name: "Use" }).click();
  await page.locator("#caller", { hasText: EXPLORER_CALLER }).waitFor();
  assert.equal(await page.getByLabel("Access token").inputValue(), "", "the token stays in the box");
  await schema;
}

async function showsDocumentation(page) {
  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  const explorer = page.locator(".graphiql-doc-explorer");
  await explorer.getByText("Query", { exact: true }).click();
  await explorer.getByText("referrals", { exact: true }).first().waitFor();
  await explorer.getByText("Whoever asks: the account, where it acts, and what it may do there.").waitFor();
}

async function runsTheInbox(page) {
  await tab(page, "Inbox");
  await run(page);
  const said = await result(page, /"number":/);
  assert.ok(!said.includes('"errors"'), said);
}

/** At once after the tab was changed, as somebody quick would. */
async function followsChanges(page) {
  const opened = page.waitForEvent("websocket");
  await tab(page, "Changes");
  await run(page);
  const socket = await opened;
  assert.equal(socket.url(), `${EXPLORER_URL.replace("http", "ws")}/graphql/ws`);
  const said = await result(page, /"occurredAt":/);
  assert.ok(!said.includes('"errors"'), said);
}

/** What of GraphiQL draws menus and dialogues, which a strict policy may not please. */
async function usesTheRest(page) {
  await page.getByRole("button", { name: "Stop query" }).click();
  await tab(page, "Destinations");
  await run(page);
  await result(page, /"data":/);
  await page.getByRole("button", { name: "Prettify query" }).click();
  await page.getByRole("button", { name: "Show History" }).click();
  for (const dialogue of ["Open short keys dialog", "Open settings dialog"]) {
    await page.getByRole("button", { name: dialogue }).click();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  }
  await page.locator(".graphiql-query-editor .CodeMirror").click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("{ ref");
  await page.keyboard.press("Control+Space");
  await page.locator(".CodeMirror-hints").waitFor();
  await page.keyboard.press("Escape");
}

async function keepsTheTokenForTheTab(page) {
  await page.reload();
  await page.locator("#caller", { hasText: EXPLORER_CALLER }).waitFor();
  const kept = await page.evaluate(() => ({ local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie }));
  assert.deepEqual(kept.local, {}, "something outlives the tab");
  assert.equal(kept.cookie, "");
  const holders = Object.entries(kept.session).filter(([, value]) => value.includes(EXPLORER_TOKEN));
  assert.deepEqual(holders, [["liandong:token", EXPLORER_TOKEN]]);
  const other = await page.context().newPage();
  await other.goto(`${EXPLORER_URL}/explorer/`);
  assert.equal(await other.evaluate(() => sessionStorage.getItem("liandong:token")), null, "another tab has the token");
  await other.close();
}

async function forgets(page) {
  await page.getByRole("button", { name: "Forget" }).click();
  assert.equal(await page.evaluate(() => sessionStorage.getItem("liandong:token")), null);
  assert.equal(await page.locator("#caller").innerText(), "");
}

async function tab(page, name) {
  await page.getByRole("tablist").getByRole("button", { name, exact: true }).click();
}

async function run(page) {
  await page.getByRole("button", { name: /^Execute query/ }).click();
}

/** What the pane of the answer says, once it says that. */
async function result(page, wanted) {
  const pane = page.locator(".graphiql-response .CodeMirror-code");
  await pane.filter({ hasText: wanted }).waitFor();
  return pane.innerText();
}

async function settled(page) {
  await page.waitForLoadState("networkidle");
}
