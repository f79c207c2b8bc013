// A program is a list of steps. Each is tried, whatever became of those before it; the program ends with 1 where one failed.

/** How long a step may take. */
const PATIENCE = 60_000;

/** Where the service is. */
export const address = environment('LIANDONG_URL');
/** An access token of an account that may read and post referrals. */
export const token = environment('LIANDONG_TOKEN');
/** The header that says who calls. */
export const authorization = { authorization: `Bearer ${token}` };

function environment(name) {
  const value = process.env[name];
  if (value) return value.replace(/\/$/, '');
  console.error(`${name} is not set.`);
  process.exit(2);
}

/** Runs the steps, says how each went, and ends the process. */
export async function run(steps) {
  const failed = [];
  for (const [name, step] of Object.entries(steps)) {
    try {
      await within(PATIENCE, name, step());
      console.log(`ok      ${name}`);
    } catch (fault) {
      failed.push(name);
      console.log(`FAILED  ${name}\n        ${said(fault)}`);
    }
  }
  console.log(`${Object.keys(steps).length - failed.length} passed, ${failed.length} failed`);
  process.exit(failed.length === 0 ? 0 : 1);
}

/** What comes of it within that time. */
export function within(time, what, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${time} ms`)), time);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** What is found once there is something, within that time. */
export async function until(time, find) {
  for (const end = Date.now() + time; Date.now() < end; await pause(20)) {
    const found = find();
    if (found) return found;
  }
  return find();
}

export const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** Fails unless the two are the same, as JSON. */
export function same(found, expected, what = 'it') {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what} is ${left}, not ${right}`);
}

/** Fails unless it holds. */
export function holds(condition, what) {
  if (!condition) throw new Error(what);
}

/** What the work fails with; it must fail. */
export async function fails(work, what = 'it') {
  try {
    await work;
  } catch (fault) {
    return fault;
  }
  throw new Error(`${what} did not fail`);
}

function said(fault) {
  if (fault instanceof Error) return [fault.message, fault.cause?.message].filter(Boolean).join(': ');
  return typeof fault === 'string' ? fault : JSON.stringify(fault);
}
