"""Writes a language model of half a megabyte that says one sentence, whatever it is asked.

It lets a stack without a real model show that generating, chatting and embedding work: the file is a GGUF like any other
and runs through the same code. Nobody trained it. A token's successor stands in its output matrix; layers add noise to it.
"""

import sys

import numpy as np
from gguf import GGUFWriter, TokenType

SENTENCE = (
    "This is the self-test model of Semblance Curation: nobody trained it, and it knows nothing. Bring a real one."
)
WIDTH, HEADS, INNER, LAYERS, CONTEXT = 64, 4, 128, 2, 2048
# High enough that sampling at any usual temperature picks the successor.
CERTAINTY = 6.0


def byte_words() -> list[str]:
    """How GPT-2's tokenizer writes each byte: what is not printable stands at U+0100 and after."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    moved = iter(range(256, 512))
    return [chr(byte) if byte in plain else chr(next(moved)) for byte in range(256)]


def main(path: str) -> None:
    words = byte_words()
    space = words[ord(" ")]
    chain_words = [word if i == 0 else space + word for i, word in enumerate(SENTENCE.split())]
    if len(set(chain_words)) != len(chain_words):
        raise SystemExit("a word stands twice in the sentence: its successor would not be one")
    vocabulary = ["<|end|>", *words, "th"]
    chain = range(len(vocabulary), len(vocabulary) + len(chain_words))
    vocabulary += chain_words

    rng = np.random.default_rng(20260101)
    start = rng.standard_normal(WIDTH)
    start /= np.linalg.norm(start)
    vectors = rng.standard_normal((len(vocabulary), WIDTH))
    vectors -= np.outer(vectors @ start, start)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    output = np.zeros_like(vectors)
    # Whatever a prompt ends with leads to the first word.
    prompt = [token for token in range(len(vocabulary)) if token not in chain]
    vectors[prompt] = 0.8 * start + 0.6 * vectors[prompt]
    output[chain[0]] = CERTAINTY * start
    for token, following in zip(chain, [*chain[1:], 0]):
        output[following] = CERTAINTY * vectors[token]

    writer = GGUFWriter(path, "llama")
    writer.add_name("Semblance self-test")
    writer.add_description("Says one sentence. Not a language model for any use but a test.")
    writer.add_license("MIT")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(vocabulary))
    writer.add_file_type(0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(vocabulary)
    writer.add_token_types([TokenType.CONTROL, *[TokenType.NORMAL] * (len(vocabulary) - 1)])
    writer.add_token_merges(["t h"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(0)
    writer.add_add_bos_token(False)

    def tensor(name: str, value: np.ndarray) -> None:
        writer.add_tensor(name, value.astype(np.float32))

    def noise(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape) * 0.01

    tensor("token_embd.weight", vectors)
    tensor("output_norm.weight", np.ones(WIDTH))
    tensor("output.weight", output)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        tensor(f"{block}.attn_norm.weight", np.ones(WIDTH))
        tensor(f"{block}.ffn_norm.weight", np.ones(WIDTH))
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            tensor(f"{block}.{part}.weight", noise(WIDTH, WIDTH))
        for part in ("ffn_gate", "ffn_up"):
            tensor(f"{block}.{part}.weight", noise(INNER, WIDTH))
        tensor(f"{block}.ffn_down.weight", noise(WIDTH, INNER))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1])
