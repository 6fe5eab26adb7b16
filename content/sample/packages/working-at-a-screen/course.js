// Finds the player, begins, and says what was read or answered. In SCORM 1.2, as course tools do it.
(function () {
  function find(from) {
    for (var at = from, tries = 0; at && tries < 20; tries += 1) {
      if (at.API) return at.API;
      at = at.parent !== at ? at.parent : at.opener;
    }
    return null;
  }

  var api = find(window), began = Date.now(), ended = false;
  var status = document.querySelector("[role=status]");

  function get(name) { return api ? api.LMSGetValue(name) : ""; }
  function set(name, value) { if (api) api.LMSSetValue(name, String(value)); }
  function say(words) { status.textContent = words; }

  function two(number) { return (number < 10 ? "0" : "") + number; }

  function finish() {
    if (ended || !api) return;
    ended = true;
    var seconds = Math.round((Date.now() - began) / 1000);
    var hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    set("cmi.core.session_time", two(hours) + ":" + two(minutes) + ":" + two(seconds % 60));
    set("cmi.core.exit", "suspend");
    api.LMSFinish("");
  }

  if (api) api.LMSInitialize("");
  if (get("cmi.core.lesson_status") === "not attempted") set("cmi.core.lesson_status", "incomplete");
  window.addEventListener("pagehide", finish);

  var read = document.getElementById("read");
  if (read) {
    if (get("cmi.core.lesson_status") === "completed") say("You have read this.");
    read.addEventListener("click", function () {
      set("cmi.core.lesson_status", "completed");
      if (api) api.LMSCommit("");
      read.disabled = true;
      say("Noted. Go on with the next part.");
    });
  }

  var questions = document.getElementById("questions");
  if (questions) {
    questions.addEventListener("submit", function (event) {
      event.preventDefault();
      var sets = questions.querySelectorAll("fieldset"), right = 0;
      sets.forEach(function (one, index) {
        var chosen = one.querySelector("input:checked");
        var is = chosen ? chosen.value === one.dataset.right : false;
        var at = "cmi.interactions." + index + ".";
        set(at + "id", one.id);
        set(at + "type", "choice");
        set(at + "student_response", chosen ? chosen.value : "");
        set(at + "correct_responses.0.pattern", one.dataset.right);
        set(at + "result", is ? "correct" : "wrong");
        if (is) right += 1;
      });
      var score = Math.round((right / sets.length) * 100);
      set("cmi.core.score.min", 0);
      set("cmi.core.score.max", 100);
      set("cmi.core.score.raw", score);
      set("cmi.core.lesson_status", score >= 60 ? "passed" : "failed");
      if (api) api.LMSCommit("");
      say(right + " of " + sets.length + " right. " + (score >= 60 ? "That is enough." : "Read both parts again, then try once more."));
    });
  }
})();
