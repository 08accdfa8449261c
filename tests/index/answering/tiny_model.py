"""An answer model of a few thousand weights, exported as the one that ships is."""

from __future__ import annotations

from pathlib import Path

from index.answering.compiled_answer_model import AnswerModelDescription

_WORDS = ("<s>", "<pad>", "</s>", "<unk>", "copper", "lava", "bees", "is", "what", "red")


def save_tiny_answer_model(folder: Path, *, in_8_bits: bool = False) -> Path:
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing
    from transformers import BertConfig, BertModel

    from tests.training.export import convert, quantise, write
    from tests.training.network import AnswerNetwork

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(_WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=24,
        initializer_range=0.5,
    )
    numbers = {word: number for number, word in enumerate(_WORDS)}
    tokenizer = Tokenizer(WordLevel(numbers, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> $B:1 </s>:1",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.enable_truncation(16)
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>")
    network = AnswerNetwork(BertModel(config, add_pooling_layer=False))
    description = AnswerModelDescription(
        name="tiny",
        start="nothing",
        layers=1,
        examples=0,
        seed=0,
        languages=("en",),
        logit_weight=1.0,
        span_weight=0.5,
        intercept=0.0,
        files={},
    )
    graph = convert(network, 1, tokenizer)
    if in_8_bits:
        graph = quantise(graph, tokenizer, [("what is lava", "lava is red"), ("what", "bees")])
    write(graph, tokenizer, folder, description)
    return folder
