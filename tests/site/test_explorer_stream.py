"""The logits that are fed one by one."""

import numpy as np
from explorer import number

from softmax_lib import SoftmaxState, logsumexp


class TestStream:
    place = "book/one-pass.html"

    def test_feeds_one_by_one(self, picture):
        picture.button("The chapter’s five").click()
        row = np.array([1.0, 3.0, 2.0, 1000.0, 999.0])
        for fed in (3, 4, 5):
            states = [SoftmaxState.of(row[:count]) for count in range(1, fed + 1)]
            assert picture.column(1).tolist() == [state.maximum for state in states]
            assert np.allclose(picture.column(3), [1 + state.tail for state in states], rtol=5e-4, atol=0)
            assert np.isclose(number(picture.fact("Log-sum-exp so far")), logsumexp(row[:fed]), rtol=5e-4, atol=0)
            picture.button("Feed the next").click()
        assert picture.fact("Textbook sum of exponentials") == "∞"
        assert len(picture.table()) == 5
        assert picture.sentence.inner_text() == "999 is no new maximum. It adds 0.3679, which is e to the 999 − 1000."

    def test_goes_back_to_nothing(self, picture):
        picture.slider("Logits fed so far").press("Home")
        picture.button("Take it back").click()
        assert picture.sentence.inner_text() == "Nothing has been fed yet: the maximum is −∞, and the sum is 0."
        assert picture.fact("Log-sum-exp so far") == "−∞"

    def test_number_fed_is_whole_and_no_more_than_there_are(self, picture):
        picture.box("Logits fed so far").fill("2.5")
        picture.box("Logits fed so far").press("Enter")
        assert picture.place.get_by_text("“2.5” is not whole. Write a whole number such as 3.").first.is_visible()
        picture.box("Logits fed so far").fill("9")
        assert len(picture.table()) == 6
        picture.button("Remove Logit 6").click()
        assert len(picture.table()) == 5
