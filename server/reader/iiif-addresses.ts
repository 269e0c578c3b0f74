/** Addresses of one book's IIIF resources. Canvas ids are the page's, so that a replaced scan keeps its annotations. */
export const iiifAddresses = (publicUrl: string, fileId: string) => {
  const base = `${publicUrl}/iiif/${fileId}`;
  return {
    manifest: `${base}/manifest`,
    search: `${base}/search`,
    autocomplete: `${base}/autocomplete`,
    canvas: (page: number) => `${base}/canvas/${page}`,
    image: (page: number) => `${base}/pages/${page}`,
    range: (place: number | 'contents') => `${base}/range/${place}`,
  };
};
export type IiifAddresses = ReturnType<typeof iiifAddresses>;
