"""A result of the center as FHIR R4 resources: plain objects, ready for JSON. `contract/fhir.md` says where each element lies."""
