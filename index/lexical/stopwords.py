"""Stop words, for languages where the stop-words package has no good list."""

# Function words of English, as in the list of the Snowball project, with question words and
# modal verbs; the package's English list holds 1,300 words, "member" and "world" among them.
ENGLISH = frozenset(
    """
    a about above after again against all also am an and any are aren as at be because been
    before being below between both but by can could couldn d did didn do does doesn doing don
    down during each few for from further had hadn has hasn have haven having he her here hers
    herself him himself his how i if in into is isn it its itself just ll m ma many may me might
    mightn more most much must mustn my myself needn no nor not now o of off on once only or
    other our ours ourselves out over own re s same shall shan she should shouldn so some such t
    than that the their theirs them themselves then there these they this those through to too
    under until up us ve very was wasn we were weren what when where which while who whom whose
    why will with won would wouldn y you your yours yourself yourselves
    """.split()
)

# Question words, for languages whose lists lack them.
QUESTION_WORDS = {
    "german": "wer wem wen wessen wann wo wohin woher wie warum weshalb wieso viel viele welche "
    "welcher welches welchen welchem was wurde wurden wird werden worden",
    "spanish": "quién quien quiénes qué que cuándo cuando dónde donde adónde cómo como cuál "
    "cuáles cuánto cuánta cuántos cuántas por fue fueron es son ser",
    "russian": "кто кого кому кем что чего чему чем когда где куда откуда как какой какая какое "
    "какие каких каким какими какую какого каком сколько почему зачем чей чья который которая "
    "которое которые был была было были",
    "arabic": "من ما متى أين كيف كم لماذا ماذا هل أي التي الذي الذين كان كانت هو هي تم",
    "chinese": "的 了 是 在 和 与 及 或 谁 何 哪 什 么",
}
