/** The body of an answer, whatever its shape: a test says what it should be. */
// biome-ignore lint/suspicious/noExplicitAny: what comes is what is tested
export async function readJson(answer: Response): Promise<any> {
  return answer.json()
}
