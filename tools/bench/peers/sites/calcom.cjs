// Cal.com's slot engine, run as it is published: hours of the agenda, minus what is busy, as starts.
// Reads one question as JSON from standard input; prints the starts and the microseconds of one answer.
"use strict";
const Module = require("node:module");
const fs = require("node:fs");
const path = require("node:path");

const root = process.argv[2];
const dist = path.join(root, "node_modules", "@calcom", "platform-libraries", "dist");
const local = Module.createRequire(path.join(root, "node_modules", "x.js"));

// What its other half needs (mail, payments, a database) stands empty: the engine never asks it anything.
const nothing = () => new Proxy(function () {}, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => "" : key === "then" ? undefined : nothing()),
  apply: () => nothing(),
  construct: () => nothing(),
});
const load = Module._load;
Module._load = function (name, parent, isMain) {
  if (name === "dayjs" || name.startsWith("dayjs/")) return load.call(this, local.resolve(name), parent, isMain);
  try {
    return load.call(this, name, parent, isMain);
  } catch (missing) {
    if (missing.code !== "MODULE_NOT_FOUND" || name.startsWith(".")) throw missing;
    return nothing();
  }
};
// One function of the engine is not exported by its file: it is handed out here, unchanged.
const compile = Module.prototype._compile;
Module.prototype._compile = function (source, file) {
  const inner = path.basename(file) === "slots.cjs" ? "\nexports.getSlots = getSlots;" : "";
  return compile.call(this, source + inner, file);
};

const found = (start) => path.join(dist, fs.readdirSync(dist).find((f) => f.startsWith(start) && f.endsWith(".cjs")));
const ranges = require(found("date-ranges-"));
const { getSlots } = require(path.join(dist, "slots.cjs"));
const dayjs = local("dayjs");

const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const at = (minute) => dayjs.utc(minute * 60000);
const clock = (minute) => new Date(Date.UTC(1970, 0, 1, Math.floor(minute / 60), minute % 60));
const availability = asked.hours.map(([days, start, end]) => ({ days, startTime: clock(start), endTime: clock(end) }));
for (const day of asked.closed) {
  availability.push({ date: new Date(`${day}T00:00:00Z`), startTime: clock(0), endTime: clock(0) });
}

function answer() {
  const { dateRanges } = ranges.buildDateRanges({
    availability,
    timeZone: asked.zone,
    dateFrom: at(asked.from),
    dateTo: at(asked.to),
    travelSchedules: [],
  });
  const busy = asked.busy.map(([start, end]) => ({ start: at(start), end: at(end) }));
  return getSlots({
    inviteeDate: at(asked.from).tz(asked.zone),
    eventLength: asked.duration,
    frequency: asked.grid,
    minimumBookingNotice: asked.notice,
    dateRanges: ranges.subtract(dateRanges, busy),
  });
}

const starts = answer().map((slot) => slot.time.valueOf() / 60000).sort((a, b) => a - b);
const times = [];
const ends = Date.now() + asked.seconds * 1000;
for (let n = 0; n < 5; n++) answer();
while (Date.now() < ends || times.length < 5) {
  const started = process.hrtime.bigint();
  answer();
  times.push(Number(process.hrtime.bigint() - started) / 1000);
}
times.sort((a, b) => a - b);
fs.writeSync(1, JSON.stringify({ starts, microseconds: times[times.length >> 1] }));
process.exit(0); // before its database client finds out that there is no database
