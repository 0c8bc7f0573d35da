"""What the copy button of a session copies can be run."""


def test_a_session_is_copied_without_prompts_and_outputs(visits):
    page = visits.open("book/index.html", permissions=["clipboard-read", "clipboard-write"])
    session = page.locator(".highlight", has_text=">>>").first
    session.hover()
    session.get_by_role("button", name="Copy").click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.includes('softmax'))")
    shown = session.locator("pre").inner_text().strip().splitlines()
    code = [line[4:] for line in shown if line.startswith((">>> ", "... "))]
    assert len(code) < len(shown)
    assert page.evaluate("navigator.clipboard.readText()").splitlines() == code
