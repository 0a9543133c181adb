"""Which names on a bill are AI: vendors that sell nothing else, and the AI services of those who sell much.

A small table, read word by word: “Amazon Bedrock” is named, “Bedrockton Hotels” is not. What a row calls its own
category comes before this table; the table is for bills that have no category, and for marketplaces.
"""

from __future__ import annotations

import re

CATEGORY = "AI and Machine Learning"
"""The service category of FOCUS."""

VENDORS = (
    "openai",
    "anthropic",
    "cohere",
    "mistral",
    "hugging face",
    "huggingface",
    "perplexity",
    "deepseek",
    "groq",
    "together ai",
    "fireworks ai",
    "replicate",
    "openrouter",
    "stability ai",
    "elevenlabs",
    "midjourney",
    "runway",
    "runwayml",
    "ai21",
    "xai",
    "moonshot ai",
    "deepgram",
    "assemblyai",
    "cerebras",
    "inflection ai",
    "writer ai",
    "cursor",
    "codeium",
    "pinecone",
    "tabnine",
    "litellm",
    "langfuse",
    "langsmith",
)
SERVICES = (
    "bedrock",
    "sagemaker",
    "amazon q",
    "amazon rekognition",
    "amazon comprehend",
    "amazon textract",
    "amazon transcribe",
    "amazon polly",
    "amazon lex",
    "amazon kendra",
    "amazon personalize",
    "azure ai",
    "azure machine learning",
    "cognitive services",
    "cognitive search",
    "ai foundry",
    "foundry models",
    "copilot",
    "vertex ai",
    "gemini",
    "document ai",
    "dialogflow",
    "cloud natural language",
    "ai platform",
    "watsonx",
    "watson",
    "claude",
    "chatgpt",
    "gpt",
    "codex",
    "mosaic ai",
    "generative ai",
    "genai",
    "machine learning",
    "artificial intelligence",
    "large language model",
    "llm",
)

WORDS = r"(^|[^a-z0-9])(" + "|".join((*VENDORS, *SERVICES)) + r")([^a-z0-9]|$)"
"""The table as a pattern over lower case, for engines as for Python."""

_PATTERN = re.compile(WORDS)


def names_ai(*names: str | None) -> bool:
    """Whether one of *names* (of a provider, a publisher, a category, a service) is that of an AI service."""
    return any(name is not None and _PATTERN.search(name.lower()) is not None for name in names)
