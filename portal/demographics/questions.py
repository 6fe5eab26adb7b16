"""What is asked, and why, in plain words. Each question can be left out or declined."""

from dataclasses import dataclass

UNSAID = "unsaid"
UNSAID_TITLE = "I’d rather not say"


@dataclass(frozen=True)
class Question:
    """One question; `choices` are pairs of what is stored and what is read."""

    name: str
    title: str
    ask: str
    why: str
    choices: tuple[tuple[str, str], ...]

    @property
    def offered(self) -> list[tuple[str, str]]:
        return [*self.choices, (UNSAID, UNSAID_TITLE)]


QUESTIONS = (
    Question(
        "gender",
        "Gender",
        "How do you describe your gender?",
        "So that we see whether pay, promotions and training reach everybody alike.",
        (
            ("woman", "Woman"),
            ("man", "Man"),
            ("non-binary", "Non-binary"),
            ("other", "In another way"),
        ),
    ),
    Question(
        "age",
        "Age",
        "How old are you?",
        "So that we plan for people at every stage, and notice when one of them is missing.",
        (
            ("under-25", "Under 25"),
            ("25-34", "25 to 34"),
            ("35-44", "35 to 44"),
            ("45-54", "45 to 54"),
            ("over-54", "55 or older"),
        ),
    ),
    Question(
        "disability",
        "Disability",
        "Do you live with a disability or a lasting illness?",
        "So that we know how much our places and tools must allow for. For what you need yourself,"
        " please ask: nobody reads it here.",
        (("yes", "Yes"), ("no", "No")),
    ),
    Question(
        "background",
        "Background",
        "How do you describe your ethnic background?",
        "So that we see whether our hiring and our promotions are open to everybody.",
        (
            ("asian", "Asian"),
            ("black", "Black"),
            ("latin-american", "Latin American"),
            ("middle-eastern", "Middle Eastern or North African"),
            ("white", "White"),
            ("mixed", "More than one of these"),
            ("other", "Another"),
        ),
    ),
    Question(
        "caring",
        "Caring for others",
        "Do you care for somebody beside your work?",
        "So that hours and leave fit the lives people have.",
        (
            ("children", "For children"),
            ("adults", "For an adult who needs help"),
            ("both", "For both"),
            ("none", "No"),
        ),
    ),
)
NAMES = tuple(question.name for question in QUESTIONS)
