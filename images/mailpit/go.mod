module semblance-curation/mailpit

go 1.26.0

require github.com/axllent/mailpit v1.28.0 // indirect
