// How the values of SCORM 2004 must be written (“Run-Time Environment”, chapter 4). The library
// takes some that are wrong and refuses some that are right. Lengths are minimums there: longer is taken.

import { isLanguage } from "./languages.js";

const DATE = "(19[7-9]\\d|20[0-2]\\d|203[0-8])(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01])";
const CLOCK = "T([01]\\d|2[0-3])(:[0-5]\\d(:[0-5]\\d(\\.\\d{1,2}(Z|[+-]([01]\\d|2[0-3])(:[0-5]\\d)?)?)?)?)?";
const TIME = new RegExp(`^${DATE}(${CLOCK})?)?)?$`);
const SPAN = /^P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,2})?S)?)?$/;
const REAL = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const SHORT = /^[\w.:/%~+@!$&'*;=?#-]+$/;
const URN = /^urn:[a-z0-9][a-z0-9-]{0,31}:\S+$/i;
const LANGUAGE = /^\{lang=([^}]*)\}/;
const RULE = /^\{(case_matters|order_matters)=([^}]*)\}/;

const isReal = (value) => REAL.test(value);
const isShort = (value) => SHORT.test(value);
const isUnique = (values) => new Set(values).size === values.length;

/** A text that may say its language first. */
function isText(value) {
  const found = LANGUAGE.exec(value);
  return !found || isLanguage(found[1]);
}

function isId(value) {
  if (/\s/.test(value) || value === "" || /[{}]/.test(value)) return false;
  return !/^urn:/i.test(value) || URN.test(value);
}

/** The value without the rules it begins with; null where one of them says neither true nor false. */
function withoutRules(value, known) {
  let rest = value;
  for (let found = RULE.exec(rest); found && known.includes(found[1]); found = RULE.exec(rest)) {
    if (found[2] !== "true" && found[2] !== "false") return null;
    rest = rest.slice(found[0].length);
    // After its language comes the text itself, whatever it looks like.
  }
  return rest;
}

const list = (value) => value.split("[,]");

function arePairs(value) {
  return list(value).every((pair) => {
    const sides = pair.split("[.]");
    return sides.length === 2 && sides.every(isShort);
  });
}

function areSteps(value, takesRange) {
  return list(value).every((step) => {
    const [name, answer, ...more] = step.split("[.]");
    if (answer === undefined || more.length || (name === "" && answer === "")) return false;
    if (name !== "" && !isShort(name)) return false;
    return !takesRange || !answer.includes("[:]") || isRange(answer);
  });
}

function isRange(value) {
  const [low, high, ...more] = value.split("[:]");
  if (high === undefined) return isReal(low);
  const sides = [low, high].filter(Boolean);
  if (more.length || !sides.every(isReal)) return false;
  return sides.length < 2 || Number(low) <= Number(high);
}

const RESPONSES = {
  "true-false": (value) => value === "true" || value === "false",
  choice: (value) => value === "" || (list(value).every(isShort) && isUnique(list(value))),
  "fill-in": (value) => list(value).every(isText),
  "long-fill-in": isText,
  likert: isShort,
  matching: arePairs,
  performance: (value) => areSteps(value, false),
  sequencing: (value) => list(value).every(isShort),
  numeric: isReal,
  other: () => true,
};
const PATTERNS = {
  ...RESPONSES,
  "fill-in"(value) {
    const rest = withoutRules(value, ["case_matters", "order_matters"]);
    return rest !== null && list(rest).every(isText);
  },
  "long-fill-in"(value) {
    const rest = withoutRules(value, ["case_matters"]);
    return rest !== null && isText(rest);
  },
  performance(value) {
    const rest = withoutRules(value, ["order_matters"]);
    return rest !== null && areSteps(rest, true);
  },
  numeric: isRange,
};
/** Of these kinds of question there is one right answer. */
export const ONE_PATTERN = ["true-false", "numeric", "likert", "other"];
/** Of these no two right answers are the same. */
export const UNLIKE_PATTERNS = ["choice", "sequencing"];

export const isResponse = (type, value) => RESPONSES[type](value);
export const isPattern = (type, value) => PATTERNS[type](value);

const oneOf = (...words) => (value) => (words.includes(value) ? 0 : 406);
const made = (isRight) => (value) => (isRight(value) ? 0 : 406);
const between = (low, high) => (value) => {
  if (!isReal(value)) return 406;
  return Number(value) < low || Number(value) > high ? 407 : 0;
};
const result = oneOf("correct", "incorrect", "unanticipated", "neutral");

/** By the element's name, without what it is a part of: 0, or the number of the error. */
export const FORMATS = {
  id: made(isId),
  comment: made(isText),
  description: made(isText),
  location: () => 0,
  timestamp: made((value) => TIME.test(value)),
  latency: made((value) => SPAN.test(value)),
  session_time: made((value) => SPAN.test(value)),
  weighting: made(isReal),
  type: oneOf(...Object.keys(RESPONSES)),
  result: (value) => (isReal(value) ? 0 : result(value)),
  success_status: oneOf("passed", "failed", "unknown"),
  completion_status: oneOf("completed", "incomplete", "not attempted", "unknown"),
  progress_measure: between(0, 1),
  "score.scaled": between(-1, 1),
  "score.raw": made(isReal),
  "score.min": made(isReal),
  "score.max": made(isReal),
};

/** Elements that stand alone, by their whole name. */
export const PLAIN = {
  "cmi.location": () => 0,
  "cmi.learner_preference.language": (value) => (value === "" || isLanguage(value) ? 0 : 406),
  "cmi.learner_preference.audio_level": between(0, Infinity),
  "cmi.learner_preference.delivery_speed": between(0, Infinity),
  "cmi.learner_preference.audio_captioning": oneOf("-1", "0", "1"),
};
