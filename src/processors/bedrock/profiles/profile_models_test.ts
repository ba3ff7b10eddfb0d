import assert from "node:assert/strict";
import { sdkError } from "../../../../test/world/aws_service.ts";
import { FakeTime } from "../../../../test/world/fake_time.ts";
import { quietEvents } from "../../../../test/world/quiet_events.ts";
import { temporaryStorage } from "../../../../test/world/temporary_storage.ts";
import type { Profile } from "./profile.ts";
import { ProfileModels } from "./profile_models.ts";
import type { ProfileSource } from "./profile_source.ts";

const ARN = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab12cd34ef56";
const PROFILE: Profile = { identifier: ARN, region: "us-east-1" };
const MODEL = "anthropic.claude-3-haiku-20240307-v1:0";
const HOUR_MS = 60 * 60_000;

/** Answers as told; each question is kept. */
class Source implements ProfileSource {
  readonly asked: string[] = [];
  closed = false;
  answer: (profile: Profile) => Promise<string | undefined> = () => Promise.resolve(MODEL);

  modelOf(profile: Profile, { signal }: { signal: AbortSignal }): Promise<string | undefined> {
    this.asked.push(profile.identifier);
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => reject(signal.reason));
    return Promise.race([this.answer(profile), promise]);
  }

  close(): void {
    this.closed = true;
  }
}

function setUp({ storage }: { storage?: ReturnType<typeof temporaryStorage> } = {}) {
  const source = new Source();
  const { events, lines } = quietEvents();
  const models = new ProfileModels({ source, events, storage: storage?.of("bedrock") });
  return { source, events, lines, models };
}

function warnings(lines: readonly string[]): number {
  return lines.filter((line) => line.includes("profile.unresolved")).length;
}

Deno.test("a model is asked for once, in the background, and known from then on", async () => {
  using time = new FakeTime();
  const { source, models } = setUp();
  assert.equal(models.modelOf(PROFILE), undefined);
  assert.equal(models.modelOf(PROFILE), undefined);
  await time.pass(0);
  assert.equal(models.modelOf(PROFILE), MODEL);
  await time.pass(23 * HOUR_MS);
  assert.equal(models.modelOf(PROFILE), MODEL);
  assert.deepEqual(source.asked, [ARN]);
});

Deno.test("an answer is asked for again after a day, and the last one stays once the profile is deleted", async () => {
  using time = new FakeTime();
  const { source, lines, models } = setUp();
  models.modelOf(PROFILE);
  await time.pass(25 * HOUR_MS);
  source.answer = () => Promise.reject(sdkError("ResourceNotFoundException", "gone"));
  for (let hours = 0; hours < 5; hours++) {
    assert.equal(models.modelOf(PROFILE), MODEL);
    await time.pass(HOUR_MS);
  }
  assert.equal(source.asked.length, 6);
  assert.equal(warnings(lines), 1);
});

Deno.test("what was resolved is known after a restart without a question, also of a profile that is gone", async () => {
  using time = new FakeTime();
  using storage = temporaryStorage();
  const first = setUp({ storage });
  first.models.modelOf(PROFILE);
  await time.pass(0);
  const second = setUp({ storage });
  assert.equal(second.models.modelOf(PROFILE), MODEL);
  await time.pass(0);
  assert.deepEqual(second.source.asked, []);

  await time.pass(25 * HOUR_MS);
  const third = setUp({ storage });
  third.source.answer = () => Promise.reject(sdkError("ResourceNotFoundException", "gone"));
  assert.equal(third.models.modelOf(PROFILE), MODEL);
  await time.pass(0);
  assert.equal(third.models.modelOf(PROFILE), MODEL);
  assert.equal(third.source.asked.length, 1);
});

Deno.test("an entry of the state that cannot be read is asked for and written anew", async () => {
  using time = new FakeTime();
  using storage = temporaryStorage();
  const entries = storage.collection("bedrock", "inference_profiles");
  entries.write({ put: [{ key: ARN, value: "damaged", timeMs: time.nowMs }] });
  const { models } = setUp({ storage });
  assert.equal(models.modelOf(PROFILE), undefined);
  await time.pass(0);
  assert.equal(models.modelOf(PROFILE), MODEL);
  assert.deepEqual(entries.get(ARN)?.value, { model: MODEL });
});

for (const name of ["AccessDeniedException", "ResourceNotFoundException", "ValidationException"]) {
  Deno.test(`a profile that is refused by ${name} is asked for again after an hour, and reported once`, async () => {
    using time = new FakeTime();
    const { source, lines, models } = setUp();
    source.answer = ({ identifier }) =>
      identifier === ARN ? Promise.reject(sdkError(name, "no")) : Promise.resolve(MODEL);
    for (let minutes = 0; minutes < 120; minutes++) {
      assert.equal(models.modelOf(PROFILE), undefined);
      await time.pass(60_000);
    }
    assert.equal(source.asked.length, 2);
    assert.equal(warnings(lines), 1);
    const other = { identifier: "ab12cd34ef57", region: undefined };
    models.modelOf(other);
    await time.pass(0);
    assert.equal(models.modelOf(other), MODEL, "others are asked for meanwhile");
  });
}

const OUTAGES = {
  throttled: () => Promise.reject(sdkError("ThrottlingException", "Rate exceeded")),
  broken: () => Promise.reject(sdkError("InternalServerException", "oops")),
  dead: () => Promise.reject(new TypeError("error sending request")),
};

for (const [name, answer] of Object.entries(OUTAGES)) {
  Deno.test(`while Bedrock is ${name} it is asked less and less, whatever the number of profiles, and reported once`, async () => {
    using time = new FakeTime();
    const { source, lines, models } = setUp();
    source.answer = answer;
    for (let minutes = 0; minutes < 240; minutes++) {
      for (let number = 0; number < 50; number++) {
        const identifier = `${ARN.slice(0, -2)}${number}`;
        assert.equal(models.modelOf({ identifier, region: "us-east-1" }), undefined);
      }
      await time.pass(60_000);
    }
    assert.ok(source.asked.length <= 9, `${source.asked.length} questions in four hours`);
    assert.equal(warnings(lines), 1);
    source.answer = () => Promise.resolve(MODEL);
    await time.pass(HOUR_MS);
    models.modelOf(PROFILE);
    await time.pass(0);
    assert.equal(models.modelOf(PROFILE), MODEL);
  });
}

Deno.test("while an answer does not come, nothing waits, and no second question is open", async () => {
  using time = new FakeTime();
  const { source, models } = setUp();
  source.answer = () => new Promise(() => {});
  for (let number = 0; number < 2000; number++) {
    assert.equal(models.modelOf({ identifier: `profile-${number}`, region: undefined }), undefined);
  }
  await time.pass(HOUR_MS);
  assert.equal(source.asked.length, 1);
  models.stop();
  await time.pass(0);
  assert.equal(source.closed, true);
  models.modelOf(PROFILE);
  await time.pass(0);
  assert.equal(source.asked.length, 1);
});
