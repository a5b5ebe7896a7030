// sync/expand.h: puts the bytes of attachments in the place of their marks (DocumentParts::Data), as
// an answer goes out, so that no more than a block of them is in memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"
#include "storage/store.h"

namespace tram {

// The same stream with bytes for marks. A blob that is gone or damaged ends the stream with an error: the receiver sees
// a cut, never wrong bytes that look whole.
http::Stream expanded(http::Stream marked, std::shared_ptr<Store> store);

// One text with bytes for marks, in memory: for small attachments. `read` gives a whole blob.
Result<std::string> expanded_text(std::string_view marked,
                                  const std::function<Result<std::string>(std::string_view sha256)>& read);

// A whole blob, or a range of it, block by block. A whole one is checked against its name before its last block goes.
http::Stream blob_stream(BlobReader bytes, std::string sha256, std::uint64_t from, std::uint64_t to);

}  // namespace tram
