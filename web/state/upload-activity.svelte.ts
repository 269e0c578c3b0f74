/** How many uploads are under way, for the header; apart from state/uploads so that the header does not load tus. */
class UploadActivity {
  sending = $state(0);
}
export const uploadActivity = new UploadActivity();
