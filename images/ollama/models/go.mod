module semblance-curation/ollama-models

go 1.26.0
