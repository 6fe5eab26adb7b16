// The rows of SCORM 2004: comments, objectives, interactions and what stands in them. They are kept
// here and not in the library, whose rules for them are not the standard's.

import { FORMATS, ONE_PATTERN, UNLIKE_PATTERNS, isPattern, isResponse } from "./formats.js";

const ROW = /^cmi\.(comments_from_learner|objectives|interactions)\.(?:(_count)|(\d{1,4})\.(.+))$/;
const INNER = /^(objectives|correct_responses)\.(?:(_count)|(\d{1,4})\.(id|pattern))$/;
const DEFAULTS = { success_status: "unknown", completion_status: "unknown" };
const [TYPE, GENERAL_GET, GENERAL_SET, UNSET, DEPENDS] = [406, 301, 351, 403, 408];

const isIndex = (written) => String(Number(written)) === written;

export class Rows {
  constructor() {
    this.kept = { comments_from_learner: [], objectives: [], interactions: [] };
  }

  /** Whether the element is kept here. What a row consists of is the library's to say. */
  static has(name) {
    return ROW.test(name) && !name.endsWith("._children");
  }

  /** As it was saved: what it was then allowed to say, it says again. */
  load(name, value) {
    const [, list, , index, field] = ROW.exec(name);
    const rows = this.kept[list];
    while (rows.length <= Number(index)) rows.push({});
    const inner = INNER.exec(field);
    if (inner) this.#inner(rows[Number(index)], inner[1])[Number(inner[3])] = value;
    else rows[Number(index)][field] = value;
  }

  #inner(row, name) {
    row[name] ||= [];
    return row[name];
  }

  /** The value and 0, or "" and the number of the error. */
  get(name) {
    const [, list, count, index, field] = ROW.exec(name);
    const rows = this.kept[list];
    if (count) return [String(rows.length), 0];
    const row = isIndex(index) ? rows[Number(index)] : undefined;
    if (!row) return ["", GENERAL_GET];
    const inner = INNER.exec(field);
    if (inner) {
      const values = row[inner[1]] || [];
      if (inner[2]) return [String(values.length), 0];
      const value = isIndex(inner[3]) ? values[Number(inner[3])] : undefined;
      return value === undefined ? ["", GENERAL_GET] : [value, 0];
    }
    if (field in row) return [row[field], 0];
    if (list === "objectives" && field in DEFAULTS) return [DEFAULTS[field], 0];
    return ["", UNSET];
  }

  /** 0 once it is kept, or the number of the error. */
  set(name, value) {
    const [, list, count, written, field] = ROW.exec(name);
    if (count) return 404;
    const rows = this.kept[list];
    const index = Number(written);
    if (!isIndex(written) || index > rows.length) return GENERAL_SET;
    const row = rows[index] || {};
    const error = this.#error(list, rows, index, row, field, value);
    if (error) return error;
    rows[index] = row;
    const inner = INNER.exec(field);
    if (inner) this.#inner(row, inner[1])[Number(inner[3])] = value;
    else row[field] = value;
    return 0;
  }

  #error(list, rows, index, row, field, value) {
    if (list === "comments_from_learner") return FORMATS[field](value);
    if (field === "id") return this.#idError(list, rows, index, row, value);
    if (row.id === undefined) return DEPENDS;
    const inner = INNER.exec(field);
    if (inner) return this.#innerError(row, inner, value);
    if (field !== "learner_response") return FORMATS[field](value);
    if (row.type === undefined) return DEPENDS;
    return isResponse(row.type, value) ? 0 : TYPE;
  }

  #idError(list, rows, index, row, value) {
    const error = FORMATS.id(value);
    if (error || list !== "objectives") return error;
    // What an objective is called stays, and no two are called the same.
    if (row.id !== undefined && row.id !== value) return GENERAL_SET;
    return rows.some((other, at) => at !== index && other.id === value) ? GENERAL_SET : 0;
  }

  #innerError(row, [, name, count, written], value) {
    if (count) return 404;
    const values = row[name] || [];
    const index = Number(written);
    const isBeyond = !isIndex(written) || index > values.length;
    const isThere = values.some((other, at) => at !== index && other === value);
    if (name === "objectives") {
      if (isBeyond) return GENERAL_SET;
      return FORMATS.id(value) || (isThere ? GENERAL_SET : 0);
    }
    if (row.type === undefined) return DEPENDS;
    if (isBeyond || (index > 0 && ONE_PATTERN.includes(row.type))) return GENERAL_SET;
    if (!isPattern(row.type, value)) return TYPE;
    return isThere && UNLIKE_PATTERNS.includes(row.type) ? GENERAL_SET : 0;
  }
}
