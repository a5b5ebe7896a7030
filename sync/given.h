// sync/given.h: the attachments that a document brings along, as any client writes them: inline, as
// parts behind the document, or as stubs of what is known already.
#pragma once

#include <string_view>
#include <vector>

#include "core/records/document.h"
#include "core/records/revision.h"
#include "http/message.h"
#include "storage/blobs.h"

namespace tram {

inline constexpr std::size_t kAttachmentsMax = 1000;      // of a document
inline constexpr std::size_t kOfficeAttachmentsMax = 64;  // of one in an office's database

struct Given {
  // Bytes that are to come as parts, in the order of the text.
  struct Follows {
    std::size_t index = 0;     // of the attachment
    std::uint64_t length = 0;  // of the part
    bool is_gzip = false;      // the part is gzip; its digest is then that of the gzip bytes
    std::string digest;        // as announced; empty: none
  };
  std::vector<Attachment> attachments;  // without sha256: stubs
  std::vector<BlobPtr> blobs;           // bytes that came inside
  std::vector<Follows> follows;
};

// Reads an _attachments object. Errors: bad_request (no name that may be, no base64, neither data nor stub),
// too_large named attachment_too_large, those of the disk.
Result<Given> read_given(std::string_view text, BlobFolder& blobs);

// A document whose attachments follow it as parts: multipart/related. Errors: bad_request for what is no such body, or
// whose parts are not as long as announced; named content_md5_mismatch for other bytes than announced.
struct GivenDocument {
  DocumentText text;
  Given given;
};
Result<GivenDocument> read_related(const http::Request& request, BlobFolder& blobs);

// The body of a request as one blob; checked against Content-MD5 where there is one.
Result<BlobPtr> read_blob_body(const http::Request& request, BlobFolder& blobs);

// A name that an attachment may have. Error bad_request.
Status check_attachment_name(std::string_view name);

}  // namespace tram
