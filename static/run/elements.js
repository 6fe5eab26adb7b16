// The elements that exist. Everything else (a part that has parts of its own, the library's own
// properties, names such as __proto__) never reaches the library, which would break on it.

const N = "\\d{1,4}";
const SCORE = "score\\.(_children|scaled|raw|min|max)";
const KEYWORDS = /\._(children|count|version)$/;

const LEAVES = {
  "1.2": new RegExp(
    `^cmi\\.(_version|_children|core\\.(_children|student_id|student_name|lesson_location|credit` +
      `|lesson_status|entry|total_time|lesson_mode|exit|session_time` +
      `|score\\.(_children|raw|min|max))` +
      `|suspend_data|launch_data|comments|comments_from_lms` +
      `|objectives\\.(_children|_count|${N}\\.(id|status|score\\.(_children|raw|min|max)))` +
      `|student_data\\.(_children|mastery_score|max_time_allowed|time_limit_action)` +
      `|student_preference\\.(_children|audio|language|speed|text)` +
      `|interactions\\.(_children|_count|${N}\\.(id|time|type|weighting|student_response|result` +
      `|latency|objectives\\.(_count|${N}\\.id)|correct_responses\\.(_count|${N}\\.pattern))))$`,
  ),
  2004: new RegExp(
    `^(cmi\\.(_version|completion_status|completion_threshold|credit|entry|exit|launch_data` +
      `|learner_id|learner_name|location|max_time_allowed|mode|progress_measure` +
      `|scaled_passing_score|session_time|success_status|suspend_data|time_limit_action` +
      `|total_time|${SCORE}` +
      `|comments_from_(learner|lms)\\.(_children|_count|${N}\\.(comment|location|timestamp))` +
      `|learner_preference\\.(_children|audio_level|language|delivery_speed|audio_captioning)` +
      `|objectives\\.(_children|_count|${N}\\.(id|success_status|completion_status` +
      `|progress_measure|description|${SCORE}))` +
      `|interactions\\.(_children|_count|${N}\\.(id|type|timestamp|weighting|learner_response` +
      `|result|latency|description|objectives\\.(_children|_count|${N}\\.id)` +
      `|correct_responses\\.(_children|_count|${N}\\.pattern))))` +
      `|adl\\.(nav\\.request|data\\.(_children|_count|${N}\\.(id|store))))$`,
  ),
};

const PARTS = {
  "1.2": new RegExp(
    `^cmi(\\.(core(\\.score)?|student_data|student_preference|objectives(\\.${N}(\\.score)?)?` +
      `|interactions(\\.${N}(\\.(objectives|correct_responses)(\\.${N})?)?)?))?$`,
  ),
  2004: new RegExp(
    `^(cmi(\\.(score|learner_preference|comments_from_(learner|lms)(\\.${N})?` +
      `|objectives(\\.${N}(\\.score)?)?` +
      `|interactions(\\.${N}(\\.(objectives|correct_responses)(\\.${N})?)?)?))?` +
      `|adl(\\.(nav(\\.request_valid)?|data(\\.${N})?))?)$`,
  ),
};

/** An element that holds a value. */
export const isLeaf = (standard, name) => LEAVES[standard].test(name);

/** A part of the model that has parts of its own. */
export const isPart = (standard, name) => PARTS[standard].test(name);

/** A keyword where it does not belong: the library knows which error that is. */
export const isKeyword = (standard, name) => {
  if (!KEYWORDS.test(name)) return false;
  const owner = name.replace(KEYWORDS, "");
  return isLeaf(standard, owner) || isPart(standard, owner);
};
