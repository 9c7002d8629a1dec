//! kesu-intake-web
