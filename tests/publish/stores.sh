# Starts emulators of S3, Azure Blob Storage and Google Cloud Storage on free ports, for tests/run, which reads this file.
# They are installed once, by the versions that requirements.txt and package-lock.json name, and ended with the run.

stores="$PWD/target/stores"

install_stores() {
  local here="$PWD/tests/publish"
  if ! cmp -s "$here/requirements.txt" "$stores/requirements.txt"; then
    rm -rf "$stores/python"
    python3 -m venv "$stores/python"
    "$stores/python/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$stores/"
  fi
  if ! cmp -s "$here/package-lock.json" "$stores/node/done.json"; then
    mkdir -p "$stores/node"
    cp "$here/package.json" "$here/package-lock.json" "$stores/node/"
    (cd "$stores/node" && npm ci --silent --no-audit --no-fund --ignore-scripts)
    cp "$here/package-lock.json" "$stores/node/done.json"
  fi
}

store_pids=()
end_stores() { [ ${#store_pids[@]} -eq 0 ] || kill "${store_pids[@]}" 2>/dev/null || true; }

start_stores() {
  local ports
  ports=($("$stores/python/bin/python" -c '
import socket
sockets = [socket.socket() for _ in range(3)]
for one in sockets: one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in sockets])'))
  "$stores/python/bin/moto_server" --host 127.0.0.1 --port "${ports[0]}" >"$stores/s3.log" 2>&1 &
  store_pids+=($!)
  node "$stores/node/node_modules/azurite/dist/src/blob/main.js" --blobHost 127.0.0.1 --blobPort "${ports[1]}" \
    --inMemoryPersistence --skipApiVersionCheck --silent >"$stores/azure.log" 2>&1 &
  store_pids+=($!)
  "$stores/python/bin/python" tests/publish/gcs.py "${ports[2]}" >"$stores/gcs.log" 2>&1 &
  store_pids+=($!)
  trap end_stores EXIT
  "$stores/python/bin/python" tests/publish/buckets.py "${ports[@]}"
  export CALLBOARD_TEST_STORES="s3://site az://site gs://site"
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1
  export AWS_ENDPOINT_URL_S3="http://127.0.0.1:${ports[0]}"
  export AZURE_STORAGE_USE_EMULATOR=true AZURITE_BLOB_STORAGE_URL="http://127.0.0.1:${ports[1]}"
  export GOOGLE_SERVICE_ACCOUNT_KEY="{\"gcs_base_url\": \"http://127.0.0.1:${ports[2]}\", \"disable_oauth\": true, \"client_email\": \"\", \"private_key\": \"\", \"private_key_id\": \"\"}"
}
