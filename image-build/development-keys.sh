#!/usr/bin/env bash
# Throw-away keys for updates of test images: a CA of its own name, which build.sh lets into no product, and a signer under it.
#   development-keys.sh FOLDER  → FOLDER/ca.pem, sign.pem, sign.key
# A release's CA and key are made elsewhere, by whoever keeps them, and come in as UPDATE_CA, SIGN_CERT and SIGN_KEY.
set -euo pipefail
folder=${1:?where to? development-keys.sh FOLDER}
mkdir -p "$folder"
cd "$folder"
curve=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
name="/O=madoguchi development"
openssl req -x509 "${curve[@]}" -keyout ca.key -out ca.pem -days 3650 -subj "$name/CN=updates" 2>/dev/null
openssl req "${curve[@]}" -keyout sign.key -out sign.csr -subj "$name/CN=signer" 2>/dev/null
openssl x509 -req -in sign.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -out sign.pem 2>/dev/null \
  -extfile <(printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,codeSigning\n')
rm -f sign.csr ca.srl
